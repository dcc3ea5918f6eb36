import { expect, it } from 'vitest';

import type { Query } from '../src/branches.ts';
import { SharedQuestions } from '../src/shared-questions.ts';

it('forgets a proof that leaned on a question that failed, and asks again what it helped', () => {
  const first: Query = { wanted: [], refused: [] };
  const second: Query = { wanted: [], refused: [] };
  const asked: Query[] = [];
  const forgotten: string[] = [];
  const questions: SharedQuestions = new SharedQuestions({
    search: (query) => {
      asked.push(query);
      return query === first && questions.during('a proof', () => questions.ask('second', second));
    },
    forget: (keys) => forgotten.push(...keys),
    exhausted: () => false,
  });

  expect(questions.ask('first', first)).toBe(false);
  expect(asked.map((query) => (query === first ? 'first' : 'second'))).toEqual(['first', 'second', 'first']);
  expect(forgotten).toEqual(['a proof']);
});
