import { count } from '../terminal/format.ts';
import { html, type Markup } from './markup.ts';

/** What a share of a whole is called, and its colour: a `tone-` class of the look. */
export interface Share {
  readonly label: string;
  readonly value: number;
  readonly tone: string;
}

const WIDTH = 1000;
const BAR_HEIGHT = 26;
/** The narrowest a share is drawn that is not zero. */
const SLIVER = 3;

/**
 * One bar, cut into its shares. The table beside it says the same in words, so a reader of the screen skips
 * the bar.
 */
export function stackedBar(shares: readonly Share[]): Markup {
  const shown = shares.filter(({ value }) => value > 0);
  const total = shown.reduce((sum, { value }) => sum + value, 0);
  const widths = shown.map(({ value }) => Math.max(SLIVER, (value / total) * WIDTH));
  const scale = WIDTH / widths.reduce((sum, width) => sum + width, 0);
  let x = 0;
  const pieces = shown.map(({ label, value, tone }, index) => {
    const width = (widths[index] ?? 0) * scale;
    const piece = html`<rect
      class="fill tone-${tone}"
      x="${x.toFixed(2)}"
      y="0"
      width="${width.toFixed(2)}"
      height="${BAR_HEIGHT}"
      ><title>${label}: ${count(value)}</title></rect
    >`;
    x += width;
    return piece;
  });
  return html`<svg
    viewBox="0 0 ${WIDTH} ${BAR_HEIGHT}"
    preserveAspectRatio="none"
    height="${BAR_HEIGHT}"
    aria-hidden="true"
  >
    ${pieces}
  </svg>`;
}

/** A bar in a cell of a table: the share of the largest. */
export function cellBar(value: number, largest: number, tone: string): Markup {
  const width = largest === 0 ? 0 : Math.max(1, (value / largest) * 100);
  return html`<svg viewBox="0 0 100 10" preserveAspectRatio="none" height="10" aria-hidden="true">
    <rect class="fill tone-${tone}" x="0" y="0" width="${width.toFixed(2)}" height="10" rx="1" />
  </svg>`;
}

/** So much at a time. */
export interface Moment {
  readonly at: Date;
  readonly value: number;
}

/** Most columns, and the least time that one stands for. */
const COLUMNS = 48;
const COLUMN_MS = 1000;
const CHART = { width: 1000, height: 190, left: 58, right: 12, top: 16, bottom: 26 } as const;

/** Columns of what happened in equal parts of the time between the first and the last moment. */
export function timeColumns(
  moments: readonly Moment[],
  { noun, tone }: { readonly noun: string; readonly tone: string },
): Markup {
  const times = moments.map(({ at }) => at.getTime());
  const start = Math.min(...times);
  const duration = Math.max(...times) - start + 1;
  const number = Math.min(COLUMNS, Math.max(1, Math.ceil(duration / COLUMN_MS)));
  const span = Math.max(duration, COLUMN_MS);
  const columns = Array.from({ length: number }, () => 0);
  for (const { at, value } of moments) {
    const index = Math.floor(((at.getTime() - start) / span) * number);
    columns[index] = (columns[index] ?? 0) + value;
  }
  const most = Math.max(...columns);
  const { width, height, left, right, top, bottom } = CHART;
  const step = (width - left - right) / number;
  const base = height - bottom;
  const bars = columns.map((value, index) => {
    const tall = most === 0 ? 0 : (value / most) * (base - top);
    return html`<rect
      class="fill tone-${tone}"
      x="${(left + index * step + 1).toFixed(1)}"
      y="${(base - tall).toFixed(1)}"
      width="${(step - 2).toFixed(1)}"
      height="${tall.toFixed(1)}"
      rx="1"
    />`;
  });
  const end = new Date(start + span);
  return html`<svg
      viewBox="0 0 ${width} ${height}"
      role="img"
      aria-label="${noun} from ${stamp(new Date(start))} to ${stamp(end)}; at most ${count(
        most,
      )} in ${seconds(span / number)}"
    >
      <line class="grid" x1="${left}" x2="${width - right}" y1="${top}" y2="${top}" />
      <line class="grid" x1="${left}" x2="${width - right}" y1="${base}" y2="${base}" />
      <text x="${left - 8}" y="${top + 4}" text-anchor="end">${count(most)}</text>
      <text x="${left - 8}" y="${base + 4}" text-anchor="end">0</text>
      ${bars}
      <text x="${left}" y="${height - 6}">${stamp(new Date(start))}</text>
      <text x="${width - right}" y="${height - 6}" text-anchor="end">${stamp(end)}</text>
    </svg>
    <p class="soft">${noun} in each ${seconds(span / number)}</p>`;
}

function seconds(ms: number): string {
  return ms < 120_000 ? `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s` : `${(ms / 60_000).toFixed(1)} min`;
}

/** A moment as every page writes it: date, time, UTC. */
export function stamp(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
