import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, type ReactNode } from 'react';
import type { listQuery } from '../queries.ts';
import { Pending } from './basic.tsx';
import { DataTable, type DataTableProps } from './data-table.tsx';

/**
 * A list that the server has in pages, with what is shown while it is empty, being read, or cannot be
 * read.
 */
export function List<Row>(
  props: Pick<DataTableProps<Row>, 'label' | 'columns' | 'rowKey' | 'narrowest'> & {
    readonly query: ReturnType<typeof listQuery<Row>>;
    readonly empty: ReactNode;
  },
): ReactNode {
  const { query, empty, ...table } = props;
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(query);
  const readMore = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  if (data === undefined) return <Pending error={error} what={props.label} again={() => void refetch()} />;
  const rows = data.pages.flatMap(({ items }) => items);
  if (rows.length === 0 && !hasNextPage) return empty;
  return (
    <DataTable
      {...table}
      rows={rows}
      hasMore={hasNextPage}
      isReadingMore={isFetchingNextPage}
      readMore={readMore}
    />
  );
}
