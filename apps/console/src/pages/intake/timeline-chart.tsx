import type { Timeline, TimelinePoint } from '@enrollkit/contract/runner';
import { useEffect, useId, useMemo, useRef, useState, type ReactNode } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { count, counted, duration, moment, timeOfDay } from '../../formats.ts';
import { Button } from '../../parts/basic.tsx';
import { useIsDark } from '../../theme.ts';
import './timeline-chart.css';

const HEIGHT = 210;

/** The outcomes that are drawn, from the lowest up. */
const kinds = ['enrolled', 'refused', 'abandoned'] as const;

/** Outcomes over time as stacked columns, and as a table for those who would rather read. */
export function TimelineChart({ timeline }: { readonly timeline: Timeline }): ReactNode {
  const [asTable, setAsTable] = useState(false);
  const shown = kinds.filter((kind) => timeline.points.some((point) => point[kind] > 0));
  const id = useId();
  return (
    <div className="stack tight">
      {asTable ? <PointTable timeline={timeline} /> : <Drawing timeline={timeline} shown={shown} />}
      <div className="row chart-foot" id={id}>
        {shown.map((kind) => (
          <span key={kind} className={`tone-${kind}`}>
            <span className="swatch" aria-hidden="true" />
            {kind}
          </span>
        ))}
        <span className="soft">records in each {duration(timeline.bucketSeconds)}</span>
        <Button kind="plain" onPress={() => setAsTable(!asTable)}>
          {asTable ? 'Show as a chart' : 'Show as a table'}
        </Button>
      </div>
    </div>
  );
}

interface Shown {
  readonly timeline: Timeline;
  readonly shown: readonly (typeof kinds)[number][];
}

function Drawing({ timeline, shown }: Shown): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<UPlot>(undefined);
  const isDark = useIsDark();
  const data = useMemo(() => stacked(timeline, shown), [timeline, shown]);
  const { bucketSeconds } = timeline;
  const key = shown.join();
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const made = new UPlot(
      optionsFor(element, key.split(','), bucketSeconds),
      [[], ...key.split(',').map(() => [])],
      element,
    );
    chart.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [key, isDark, bucketSeconds]);
  useEffect(() => chart.current?.setData(data), [data, key, isDark, bucketSeconds]);
  return <div className="chart" ref={place} role="img" aria-label={inWords(timeline)} />;
}

/** Each kind on top of those below it. uPlot draws what comes first, so the highest is first. */
function stacked({ points, bucketSeconds }: Timeline, shown: Shown['shown']): UPlot.AlignedData {
  const filled = withEmptyOnes(points, bucketSeconds);
  const times = filled.map(({ at }) => Date.parse(at) / 1000);
  const heights = shown.map((_, index) =>
    filled.map((point) => shown.slice(0, index + 1).reduce((sum, kind) => sum + point[kind], 0)),
  );
  return [times, ...heights.toReversed()];
}

/** The answer leaves out the parts of the time in which nothing ended; a chart must not. */
function withEmptyOnes(points: readonly TimelinePoint[], seconds: number): readonly TimelinePoint[] {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) return [];
  const start = Date.parse(first.at);
  const indexOf = (at: string): number => Math.round((Date.parse(at) - start) / (seconds * 1000));
  const byIndex = new Map(points.map((point) => [indexOf(point.at), point]));
  return Array.from({ length: indexOf(last.at) + 1 }, (_, index) => {
    const at = new Date(start + index * seconds * 1000).toISOString();
    return byIndex.get(index) ?? { at, enrolled: 0, refused: 0, abandoned: 0 };
  });
}

function optionsFor(element: HTMLElement, shown: readonly string[], bucketSeconds: number): UPlot.Options {
  const style = getComputedStyle(element);
  const ink = style.getPropertyValue('color');
  const tone = (kind: string): string => {
    const probe = document.createElement('span');
    probe.className = `probe tone-${kind}`;
    element.append(probe);
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
  };
  const axis = {
    stroke: ink,
    font: `11px ${style.fontFamily}`,
    grid: { stroke: `color-mix(in srgb, ${ink} 16%, transparent)`, width: 1 },
    ticks: { show: false },
  };
  const bars = UPlot.paths.bars?.({ size: [0.82, 40], radius: 0.12 });
  return {
    width: element.clientWidth,
    height: HEIGHT,
    cursor: { show: false },
    legend: { show: false },
    scales: {
      // From the points themselves: of a single one uPlot would make a day.
      x: {
        range: ({ data: [times] }) => [
          (times[0] ?? 0) - bucketSeconds / 2,
          (times.at(-1) ?? 0) + bucketSeconds / 2,
        ],
      },
      y: { range: (_, __, most) => [0, Math.max(1, most * 1.08)] },
    },
    axes: [
      {
        ...axis,
        size: 30,
        grid: { show: false },
        values: (_, times) => times.map((at) => timeOfDay(new Date(at * 1000))),
        space: 90,
      },
      {
        ...axis,
        size: 56,
        values: (_, numbers) => numbers.map((value) => (Number.isInteger(value) ? count(value) : '')),
      },
    ],
    series: [
      {},
      ...shown.toReversed().map((kind) => ({
        label: kind,
        fill: tone(kind),
        width: 0,
        points: { show: false },
        ...(bars && { paths: bars }),
      })),
    ],
  };
}

function inWords({ points, bucketSeconds }: Timeline): string {
  const sum = (kind: (typeof kinds)[number]): number =>
    points.reduce((total, point) => total + point[kind], 0);
  const most = Math.max(...points.map(({ enrolled, refused, abandoned }) => enrolled + refused + abandoned));
  const [first] = points;
  const last = points.at(-1);
  const span = first && last ? `from ${moment(first.at)} to ${moment(last.at)}` : '';
  const sums = kinds.map((kind) => `${count(sum(kind))} ${kind}`).join(', ');
  return `Outcomes ${span}: ${sums}; at most ${counted(most, 'record')} in ${duration(bucketSeconds)}`;
}

function PointTable({ timeline: { points } }: { readonly timeline: Timeline }): ReactNode {
  return (
    <div className="list chart-table" tabIndex={0} role="group" aria-label="Outcomes over time">
      <table aria-label="Outcomes over time">
        <thead>
          <tr>
            <th scope="col">From</th>
            {kinds.map((kind) => (
              <th key={kind} scope="col" className="number">
                {kind}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points.map((point) => (
            <tr key={point.at}>
              <th scope="row" className="moment">
                {moment(point.at)}
              </th>
              {kinds.map((kind) => (
                <td key={kind} className="number">
                  {count(point[kind])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
