import { showPlace } from '../spec/place.ts';
import type { Finding, Report } from './report.ts';

const style = `
  body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1b1b1b; background: #fff }
  article { border-left: .3rem solid #999; padding: .1rem 1rem; margin: 1rem 0; background: #f6f6f6 }
  article.error { border-color: #b3261e } article.warning { border-color: #b26a00 } article.info { border-color: #2a6fb0 }
  h2 { font-size: 1rem; margin: .5rem 0 } pre { overflow-x: auto; background: #fff; padding: .5rem } dt { font-weight: 600 } dd { margin: 0 }
  @media (prefers-color-scheme: dark) { body { color: #eee; background: #161616 } article { background: #222 } pre { background: #111 } }
`;

/** One page; nothing is fetched. */
export function htmlReport(report: Report): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    `<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(report.title)}</title><style>${style}</style></head>`,
    `<body><h1>${escape(report.title)}</h1>`,
    `<p>${escape(report.summary)}</p>`,
    ...report.findings.map(article),
    '</body></html>',
    '',
  ].join('\n');
}

function article({ id, severity, message, place, hint, details }: Finding): string {
  const rows = [...(details ?? []), ...(hint === undefined ? [] : [{ label: 'hint', text: hint }])];
  return [
    `<article class="${severity}">`,
    `<h2>${severity}: <code>${escape(id)}</code>${place === undefined ? '' : ` <small>${escape(showPlace(place))}</small>`}</h2>`,
    `<p>${escape(message)}</p>`,
    ...(rows.length === 0
      ? []
      : [
          `<dl>${rows.map(({ label, text }) => `<dt>${escape(label)}</dt><dd><pre>${escape(text)}</pre></dd>`).join('')}</dl>`,
        ]),
    '</article>',
  ].join('\n');
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
