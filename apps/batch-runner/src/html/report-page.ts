import { selectionText } from '../process/selection.ts';
import type { AuditEvent, BatchRow, Tally } from '@enrollkit/ledger';
import type { Report } from '@enrollkit/pipeline';
import type { ExitName } from '../exit-codes.ts';
import { count, plural } from '../terminal/format.ts';
import { unsentLabels } from '../terminal/verdict-lines.ts';
import { stackedBar, stamp, timeColumns, type Share } from './chart.ts';
import { refusals, rejections } from './code-tables.ts';
import { html, type Markup } from './markup.ts';
import { page } from './page.ts';

/** What the page shows: the report, and what happened when. */
export interface ReportPage {
  readonly report: Report;
  readonly exit: ExitName;
  /** Where, as a person reads it: `sandbox (host)`. */
  readonly environment: string;
  readonly production: boolean;
  readonly events: readonly AuditEvent[];
  readonly batches: readonly Pick<BatchRow, 'submittedAt' | 'records'>[];
  readonly madeAt: Date;
  readonly version: string;
}

/** The report as one page that can be sent, printed and kept: no script, no request, no card number. */
export function reportPage(given: ReportPage): string {
  const { report, environment, production, madeAt, version } = given;
  const { intake } = report;
  const name = intake.source.split(/[\\/]/).at(-1) ?? intake.source;
  return page({
    title: `${name}: enrollment report`,
    head: html`<p class="eyebrow">Click to Pay enrollment report</p>
      <h1>${name}</h1>
      <p><span class="badge ${production ? 'tone-refused' : ''}">${environment}</span></p>`,
    main: [
      verdict(given),
      outcomes(report),
      ...refusals(report),
      ...rejections(report),
      ...unknownBatches(report),
      ...timeLine(given),
      facts(given),
    ],
    foot: html`<p>
      Made by Enrollkit ${version} on ${stamp(madeAt)}. Card numbers are in no part of this page.
    </p>`,
  });
}

function verdict({ report: { tally, intake }, exit }: ReportPage): Markup {
  const { rows, enrolled, unknown } = tally;
  const open = tally.waiting + tally.submitted;
  const left = rows - enrolled - unsentOf(tally);
  const [tone, title, text] =
    unknown > 0
      ? [
          'unknown',
          'A decision is needed',
          `It is not known whether ${count(unknown)} ${plural(unknown, 'record')} reached the provider.`,
        ]
      : open > 0 || intake.state !== 'settled'
        ? [
            'open',
            'Unfinished',
            `${count(open)} ${plural(open, 'record')} ${plural(open, 'is', 'are')} on the way; enrollkit resume goes on.`,
          ]
        : exit === 'allEnrolled'
          ? [
              'enrolled',
              'All enrolled',
              unsentOf(tally) === rows && rows > 0
                ? 'Every card of this file was enrolled before.'
                : `${count(enrolled)} ${plural(enrolled, 'record')} enrolled.`,
            ]
          : [
              'rejected',
              'Finished, with rows that were not enrolled',
              `${count(enrolled)} of ${count(rows)} rows enrolled; ${count(left)} ${plural(left, 'needs', 'need')} attention.`,
            ];
  return html`<section class="card verdict tone-${tone}"><strong>${title}</strong>${text}</section>`;
}

function unsentOf({ unsent }: Tally): number {
  return Object.values(unsent).reduce((sum, rows) => sum + rows, 0);
}

function outcomes(report: Report): Markup {
  const { tally, addsUp } = report;
  const shares: readonly Share[] = [
    { label: 'enrolled', value: tally.enrolled, tone: 'enrolled' },
    { label: 'refused by the provider', value: tally.refused, tone: 'refused' },
    { label: 'unknown: needs a decision', value: tally.unknown, tone: 'unknown' },
    { label: 'waiting or sent, without a result yet', value: tally.waiting + tally.submitted, tone: 'open' },
    { label: 'abandoned', value: tally.abandoned, tone: 'abandoned' },
    { label: 'rejected before sending', value: tally.rejected, tone: 'rejected' },
    ...Object.entries(tally.unsent).map(([reason, value]) => ({
      label: unsentLabels[reason as keyof Tally['unsent']],
      value,
      tone: 'unsent',
    })),
  ];
  const rows = shares
    .filter(({ value, label }) => value > 0 || label === 'enrolled')
    .map(
      ({ label, value, tone }) =>
        html`<tr class="tone-${tone}">
          <th scope="row"><span class="swatch"></span>${label}</th>
          <td class="number">${count(value)}</td>
          <td class="number soft">${percent(value, tally.rows)}</td>
        </tr>`,
    );
  return html`<section class="card">
    <h2 id="outcomes">What became of ${count(tally.rows)} ${plural(tally.rows, 'row')}</h2>
    ${stackedBar(shares)}
    <table>
      <thead>
        <tr>
          <th scope="col">outcome</th>
          <th scope="col" class="number">rows</th>
          <th scope="col" class="number">share</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">rows read</th>
          <td class="number"><strong>${count(tally.rows)}</strong></td>
          <td></td>
        </tr>
      </tfoot>
    </table>
    <p class="soft">
      ${addsUp ? sumsText(tally) : 'THE SUMS DO NOT ADD UP: please report this as a defect.'}
    </p>
  </section>`;
}

function sumsText(tally: Tally): string {
  const { rows, rejected, records, enrolled, refused, abandoned, unknown } = tally;
  const parts = [rejected, unsentOf(tally), records].map(count).join(' + ');
  const ends = [enrolled, refused, abandoned, unknown, tally.waiting + tally.submitted]
    .map(count)
    .join(' + ');
  return `The sums add up: ${count(rows)} rows = ${parts} (rejected, not sent, records); ${count(records)} records = ${ends} (enrolled, refused, abandoned, unknown, on the way).`;
}

function percent(value: number, of: number): string {
  return of === 0 ? '' : `${((value / of) * 100).toFixed(1)} %`;
}

function unknownBatches({ unknownBatches: batches }: Report): readonly Markup[] {
  if (batches.length === 0) return [];
  const items = batches.map(
    ({ externalBatchId, records, attempts, reason }) =>
      html`<tr>
        <th scope="row" class="mono">${externalBatchId}</th>
        <td class="number">${count(records)}</td>
        <td class="number">${count(attempts)}</td>
        <td>${reason}</td>
      </tr>`,
  );
  return [
    html`<section class="card">
      <h2 id="unknown">Batches that need a decision</h2>
      <p>Ask the provider whether it has the batch, then record its answer:</p>
      <pre>
enrollkit resolve BATCH --sent PROVIDER_BATCH_ID
enrollkit resolve BATCH --not-sent</pre
      >
      <div class="scroll" tabindex="0" role="region" aria-labelledby="unknown">
        <table>
          <thead>
            <tr>
              <th scope="col">batch</th>
              <th scope="col" class="number">records</th>
              <th scope="col" class="number">attempts</th>
              <th scope="col">why</th>
            </tr>
          </thead>
          <tbody>
            ${items}
          </tbody>
        </table>
      </div>
    </section>`,
  ];
}

function timeLine({ batches, events }: ReportPage): readonly Markup[] {
  const sent = batches.flatMap(({ submittedAt: at, records: value }) =>
    at === undefined ? [] : [{ at, value }],
  );
  const lines = events.map(
    ({ at, actor, action, detail }) =>
      html`<tr>
        <td class="moment">${stamp(at)}</td>
        <th scope="row" class="moment">${action}</th>
        <td>${eventText(detail)}</td>
        <td class="soft">${actor}</td>
      </tr>`,
  );
  if (sent.length === 0 && lines.length === 0) return [];
  return [
    html`<section class="card">
      <h2 id="times">Time line</h2>
      ${sent.length > 1 ? timeColumns(sent, { noun: 'Records sent', tone: 'open' }) : undefined}
      <div class="scroll" tabindex="0" role="region" aria-labelledby="times">
        <table>
          <thead>
            <tr>
              <th scope="col">when</th>
              <th scope="col">what</th>
              <th scope="col">with</th>
              <th scope="col">by</th>
            </tr>
          </thead>
          <tbody>
            ${lines}
          </tbody>
        </table>
      </div>
    </section>`,
  ];
}

function eventText(detail: AuditEvent['detail']): string {
  return Object.entries(detail)
    .map(([name, value]) => `${name} ${typeof value === 'number' ? count(value) : String(value)}`)
    .join(', ');
}

function facts({ report: { intake } }: ReportPage): Markup {
  const { id, source, programme, digest, state, environment, purgedAt } = intake;
  const fact = (label: string, value: string | undefined): Markup =>
    value === undefined
      ? html``
      : html`<div>
          <dt>${label}</dt>
          <dd class="mono">${value}</dd>
        </div>`;
  return html`<section class="card">
    <h2 id="facts">What this is about</h2>
    <dl class="facts">
      ${fact('file', source)}${fact('of it', selectionText(intake))}${fact(
        'SHA-256 of the file',
        digest,
      )}${fact('intake', id)}${fact('state', state)}${fact('programme', programme)}${fact(
        'API',
        environment,
      )}${fact('purged on', purgedAt && stamp(purgedAt))}
    </dl>
  </section>`;
}
