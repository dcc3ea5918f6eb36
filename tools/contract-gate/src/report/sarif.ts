import type { Finding, Report, Severity } from './report.ts';

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };

/** SARIF 2.1.0 (OASIS, section 3): one run, one result for each finding. */
export function sarifReport(report: Report): string {
  const rules = [...new Set(report.findings.map(({ id }) => id))].map((id) => ({ id }));
  const document = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: report.title,
            informationUri: 'https://www.npmjs.com/package/@enrollkit/contract-gate',
            rules,
          },
        },
        results: report.findings.map(result),
      },
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function result({ id, severity, message, place, hint, details }: Finding): unknown {
  const text = [
    message,
    ...(details ?? []).map(({ label, text }) => `${label}: ${text}`),
    ...(hint === undefined ? [] : [`hint: ${hint}`]),
  ].join('\n');
  return {
    ruleId: id,
    level: levels[severity],
    message: { text },
    ...(place === undefined
      ? {}
      : {
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: encodeURI(place.file) },
                region: { startLine: place.line, startColumn: place.column },
              },
            },
          ],
        }),
  };
}
