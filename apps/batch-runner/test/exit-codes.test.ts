import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exitCodes } from '../src/exit-codes.ts';
import { exitOfCode } from '../src/exit-of-error.ts';

/** The tables of a document: the cells of each row, without the lines under the titles. */
function rowsOf(document: string): string[][] {
  return readFileSync(new URL(`../../../${document}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => /^\| *\d/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

describe('the page on exit codes', () => {
  it('has each exit with its meaning, and what to do', () => {
    const rows = rowsOf('docs/exit-codes.md').filter((row) => row.length === 3);
    expect(rows.map(([code, meaning]) => [Number(code), meaning])).toEqual(
      Object.values(exitCodes).map(({ code, meaning }) => [code, meaning]),
    );
    expect(rows.filter(([, , advice = '']) => advice === '')).toEqual([]);
  });

  it('has each code of an error under the exit that it earns', () => {
    const documented = rowsOf('docs/exit-codes.md')
      .filter((row) => row.length === 2)
      .flatMap(([exit, codes = '']) =>
        codes.split(', ').map((code) => [code.replaceAll('`', ''), Number(exit)]),
      );
    const earned = Object.entries(exitOfCode).map(([code, exit]) => [code, exitCodes[exit].code]);
    expect(new Map(documented as [string, number][])).toEqual(new Map(earned as [string, number][]));
  });

  it('agrees with the README on what the numbers are', () => {
    const listed = rowsOf('README.md')
      .filter((row) => row.length === 2)
      .flatMap(([codes = '']) => codes.split(',').map(Number));
    expect(listed).toEqual(Object.values(exitCodes).map(({ code }) => code));
  });
});
