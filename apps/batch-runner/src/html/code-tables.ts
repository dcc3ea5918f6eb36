import { resendClassOf, validationMessages, type ResendClass } from '@enrollkit/enrollment';
import type { CodeCount, Report } from '@enrollkit/pipeline';
import { count } from '../terminal/format.ts';
import { cellBar } from './chart.ts';
import { html, type Markup } from './markup.ts';

const resendTexts: Readonly<Record<ResendClass, string>> = {
  again: 'May pass when it is sent again: enrollkit retry',
  later: 'The account range is not enabled yet: try again in three to six months',
  never: 'The same data will be refused again: correct it at its source',
};

/** What to do about a refusal of that class. */
export function refusalAdvice(resend: ResendClass): string {
  return resendTexts[resend];
}

/** The refusals by code, with what to do about each; nothing where there are none. */
export function refusals({ refusals: codes }: Report): readonly Markup[] {
  if (codes.length === 0) return [];
  return [
    codeTable(codes, {
      title: 'Refused by the provider',
      tone: 'refused',
      advice: (code) => refusalAdvice(resendClassOf(code)),
    }),
  ];
}

/** The rejections by code, with what to do about each; nothing where there are none. */
export function rejections({ rejections: codes }: Report): readonly Markup[] {
  if (codes.length === 0) return [];
  const hints: Readonly<Record<string, readonly string[] | undefined>> = validationMessages;
  return [
    codeTable(codes, {
      title: 'Rejected before sending',
      tone: 'rejected',
      advice: (code) => hints[code]?.[1] ?? '',
    }),
  ];
}

function codeTable(
  codes: readonly CodeCount[],
  {
    title,
    tone,
    advice,
  }: { readonly title: string; readonly tone: string; readonly advice: (code: string) => string },
): Markup {
  const most = Math.max(...codes.map(({ records }) => records));
  const rows = codes.map(
    ({ code, records }) =>
      html`<tr>
        <th scope="row" class="mono">${code}</th>
        <td class="number">${count(records)}</td>
        <td class="bar">${cellBar(records, most, tone)}</td>
        <td>${advice(code)}</td>
      </tr>`,
  );
  const id = `by-${tone}`;
  return html`<section class="card">
    <h2 id="${id}">${title}</h2>
    <div class="scroll" tabindex="0" role="region" aria-labelledby="${id}">
      <table class="codes">
        <thead>
          <tr>
            <th scope="col">code</th>
            <th scope="col" class="number">rows</th>
            <th scope="col"><span class="hidden">share</span></th>
            <th scope="col">what to do</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  </section>`;
}
