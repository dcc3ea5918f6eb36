import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, type ReactNode } from 'react';
import { count } from '../formats.ts';

/** One column of a list. */
export interface Column<Row> {
  readonly name: string;
  /** Width as CSS has it; the columns without one share the rest. */
  readonly width?: string;
  readonly figures?: boolean;
  readonly cell: (row: Row) => ReactNode;
}

/** A list of any length. */
export interface DataTableProps<Row> {
  /** What the list is of, for readers of the screen. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string | number;
  /** Narrowest width in rem before the list scrolls sideways. */
  readonly narrowest?: number;
  /** Whether there are more rows than have been read. */
  readonly hasMore?: boolean;
  readonly isReadingMore?: boolean;
  readonly readMore?: () => void;
}

const ROW_PX = 36;
/** The next page is read when so many rows are left below. */
const AHEAD = 40;

/** A table that draws only the rows in sight. The first column names the row. */
export function DataTable<Row>(props: DataTableProps<Row>): ReactNode {
  const { label, columns, rows, rowKey, narrowest = 40, hasMore = false } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
    getItemKey: (index) => {
      const row = rows[index];
      return row === undefined ? index : rowKey(row);
    },
  });
  const items = virtual.getVirtualItems();
  useReadingMore(props, items.at(-1)?.index ?? 0);
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <>
      <div className="list" ref={scroller} tabIndex={0} role="group" aria-label={label}>
        <table
          aria-rowcount={hasMore ? -1 : rows.length + 1}
          style={{ minWidth: `${narrowest}rem` }}
          aria-label={label}
        >
          <colgroup>
            {columns.map(({ name, width }) => (
              <col key={name} style={width === undefined ? {} : { width }} />
            ))}
          </colgroup>
          <thead>
            <tr aria-rowindex={1}>
              {columns.map(({ name, figures }) => (
                <th key={name} scope="col" className={figures ? 'number' : ''}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <Space height={before} columns={columns.length} />
            {items.map(({ index, key }) => {
              const row = rows[index];
              return row === undefined ? null : (
                <tr
                  key={String(key)}
                  data-index={index}
                  ref={virtual.measureElement}
                  aria-rowindex={index + 2}
                >
                  <Cells row={row} columns={columns} />
                </tr>
              );
            })}
            <Space height={after} columns={columns.length} />
          </tbody>
        </table>
      </div>
      <p className="list-foot figures" aria-live="off">
        {props.isReadingMore
          ? `${count(rows.length)} read, reading more …`
          : hasMore
            ? `The first ${count(rows.length)}; more are read as you scroll`
            : `${count(rows.length)} in all`}
      </p>
    </>
  );
}

function useReadingMore<Row>(props: DataTableProps<Row>, lastInSight: number): void {
  const { rows, hasMore = false, isReadingMore = false, readMore } = props;
  const due = hasMore && !isReadingMore && lastInSight >= rows.length - AHEAD;
  useEffect(() => {
    if (due) readMore?.();
  }, [due, readMore]);
}

function Cells<Row>({ row, columns }: { readonly row: Row; readonly columns: readonly Column<Row>[] }) {
  return columns.map(({ name, figures, cell }, index) =>
    index === 0 ? (
      <th key={name} scope="row" className={figures ? 'number' : ''}>
        {cell(row)}
      </th>
    ) : (
      <td key={name} className={figures ? 'number' : ''}>
        {cell(row)}
      </td>
    ),
  );
}

/** Takes the place of the rows that are not drawn. */
function Space({ height, columns }: { readonly height: number; readonly columns: number }) {
  if (height <= 0) return null;
  return (
    <tr className="space" aria-hidden="true">
      <td colSpan={columns} style={{ height }} />
    </tr>
  );
}
