import { describe, expect, test } from 'vitest';

import { type Finding, formatNames, type Report, show } from '../../src/index.ts';

const place = { file: 'specs/shop, a & b/openapi.yaml', line: 7, column: 3 };
const hostile = 'a | b <script>alert("x")</script>\n::error::100% `code` ```fence';

const breaking: Finding = {
  id: 'diff/required',
  severity: 'error',
  message: hostile,
  place,
  hint: 'Look <here>.',
  details: [
    { label: 'witness', text: '{\n  "a": "```"\n}' },
    { label: 'hits', text: 'putOrder' },
  ],
};
const findings: readonly Finding[] = [
  { id: 'b/info', severity: 'info', message: 'last' },
  { id: 'a/warning', severity: 'warning', message: 'second', place: { file: 'a.yaml', line: 1, column: 1 } },
  breaking,
  { id: 'a/warning', severity: 'warning', message: 'second', place: { file: 'a.yaml', line: 1, column: 1 } },
];
const report: Report = {
  title: 'contract-gate diff',
  summary: '4 findings',
  findings,
  data: { next: 'major' },
};
const empty: Report = { title: 'contract-gate lint', summary: 'nothing', findings: [] };

describe('a report', () => {
  test.each(formatNames)(
    'as %s ends with a line end, names each finding, and reads the same in any order',
    (format) => {
      const text = show(report, format);
      expect(text.endsWith('\n')).toBe(true);
      expect(text).toContain('diff/required');
      expect(text).toContain('second');
      expect(show({ ...report, findings: findings.toReversed() }, format)).toBe(text);
      expect(show(empty, format).endsWith('\n')).toBe(true);
    },
  );

  test('as text shows the worst first, with its place, details and hint', () => {
    expect(show(report, 'text')).toMatch(
      /^error {3}diff\/required {2}specs\/shop, a & b\/openapi\.yaml:7:3\n {2}a \| b .*\n {2}\\u\{3a\}:error::.*\n {2}witness:\n {4}\{\n {4} {2}"a": "```"\n {4}\}\n {2}hits: putOrder\n {2}hint: Look <here>\.\n/,
    );
    expect(show(empty, 'text')).toBe('nothing\n');
  });

  test('the JSON report holds everything', () => {
    expect(JSON.parse(show(report, 'json'))).toEqual({
      title: 'contract-gate diff',
      summary: '4 findings',
      count: { error: 1, warning: 2, info: 1 },
      findings: [breaking, findings[1], findings[3], findings[0]],
      next: 'major',
    });
  });

  test('a finding cannot forge another GitHub command', () => {
    const lines = show(report, 'github').trimEnd().split('\n');
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(
      /^::error file=specs\/shop%2C a & b\/openapi\.yaml,line=7,col=3,title=diff\/required::a \| b .*%0A::error::100%25 /,
    );
    expect(lines[3]).toBe('::notice title=b/info::last');
  });

  test('as gitlab gives each finding a fingerprint of its own, the same in the next run', () => {
    const issues = JSON.parse(show(report, 'gitlab')) as {
      fingerprint: string;
      severity: string;
      location: unknown;
    }[];
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(4);
    expect(issues.map(({ severity }) => severity)).toEqual(['critical', 'minor', 'minor', 'info']);
    expect(issues[0]?.location).toEqual({ path: place.file, lines: { begin: 7 } });
    const moved = {
      ...report,
      findings: findings.map((finding) =>
        finding.place === undefined ? finding : { ...finding, place: { ...finding.place, line: 99 } },
      ),
    };
    const again = JSON.parse(show(moved, 'gitlab')) as { fingerprint: string }[];
    expect(again.map(({ fingerprint }) => fingerprint)).toEqual(issues.map(({ fingerprint }) => fingerprint));
  });

  test('as sarif names rules once and places where they are known', () => {
    const { version, runs } = JSON.parse(show(report, 'sarif')) as {
      version: string;
      runs: {
        tool: { driver: { rules: { id: string }[] } };
        results: { level: string; locations?: unknown[] }[];
      }[];
    };
    expect(version).toBe('2.1.0');
    expect(runs[0]?.tool.driver.rules).toEqual([
      { id: 'diff/required' },
      { id: 'a/warning' },
      { id: 'b/info' },
    ]);
    expect(runs[0]?.results.map(({ level }) => level)).toEqual(['error', 'warning', 'warning', 'note']);
    expect(runs[0]?.results[0]?.locations).toEqual([
      {
        physicalLocation: {
          artifactLocation: { uri: 'specs/shop,%20a%20&%20b/openapi.yaml' },
          region: { startLine: 7, startColumn: 3 },
        },
      },
    ]);
    expect(runs[0]?.results[3]?.locations).toBeUndefined();
  });

  test('as markdown keeps its table and fences whole', () => {
    const text = show(report, 'markdown');
    expect(text).toContain(
      '| error | `diff/required` | `specs/shop, a &amp; b/openapi.yaml:7:3` | a \\| b &lt;script&gt;',
    );
    expect(
      text
        .split('\n')
        .filter((line) => line.startsWith('| '))
        .every((line) => line.split(/(?<!\\)\|/).length === 6),
    ).toBe(true);
    expect(text).toContain('````\n{\n  "a": "```"\n}\n````');
    expect(text).not.toContain('<script>');
    expect(show(empty, 'markdown')).toBe('## contract-gate lint\n\nnothing\n');
  });

  test('the HTML report runs no script and loads nothing', () => {
    const text = show(report, 'html');
    expect(text).not.toContain('<script');
    expect(text).not.toMatch(/\b(src|href)=/);
    expect(text).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;');
  });
});

describe('what a document says', () => {
  const steering = 'a\u001b[2Jb\u202ec\u0007\n::set-output name=x::y\n  ##[error]z';
  const reported: Report = {
    title: 't',
    summary: steering,
    findings: [{ id: 'x/y', severity: 'error', message: steering }],
  };

  test.each(['text', 'markdown', 'html'] as const)(
    'cannot steer a terminal or a log by way of the format %s',
    (format) => {
      const shown = show(reported, format);
      for (const sign of ['\u001b', '\u202e', '\u0007']) expect(shown).not.toContain(sign);
      expect(shown).not.toMatch(/^\s*(::|##\[)/m);
      expect(shown).toContain(String.raw`\u{1b}[2J`);
    },
  );
});
