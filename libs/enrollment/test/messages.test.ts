import { describe, expect, it } from 'vitest';
import { validationError, validationMessages } from '@enrollkit/enrollment';

describe('the table of what can be wrong with a row', () => {
  it('has at least 25 kinds, each with a sentence and a hint', () => {
    const entries = Object.entries(validationMessages);
    expect(entries.length).toBeGreaterThanOrEqual(25);
    for (const [code, [message, hint]] of entries) {
      expect(code).toMatch(/^[A-Z0-9_]+$/);
      expect(message).not.toBe('');
      expect(hint).not.toBe('');
    }
  });

  it('has its places filled', () => {
    expect(validationError('city', 'TEXT_TOO_LONG', { max: 50, found: 51 }).message).toBe(
      'At most 50 characters are allowed; this has 51',
    );
  });
});
