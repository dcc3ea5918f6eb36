import { expect, test } from 'vitest';

import { oldNodeMessage } from '../src/index.ts';

test('A Node.js that is too old is named with the version that is needed', () => {
  for (const found of ['20.20.2', '24.14.9', '0.12.0'])
    expect(oldNodeMessage('enrollkit', [24, 15], found)).toBe(
      `error: enrollkit needs Node.js 24.15 or newer, and this is ${found}\n` +
        'hint: Install a newer Node.js (nodejs.org), or let your version manager choose one, and run the command again.\n',
    );
});

test('A Node.js that is new enough is let pass without a word', () => {
  for (const found of ['24.15.0', '24.20.1', '26.10.0', '25.0.0-nightly20260101'])
    expect(oldNodeMessage('enrollkit', [24, 15], found)).toBeUndefined();
  expect(oldNodeMessage('this test', [22, 0], process.versions.node)).toBeUndefined();
});
