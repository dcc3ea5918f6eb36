import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Failure, PageHead } from '../parts/basic.tsx';

/** Where an address leads nowhere. */
export function NotFoundPage(): ReactNode {
  return (
    <>
      <PageHead title="There is no such page" lead="The address is wrong, or what it named is gone." />
      <Link to="/" className="button primary">
        To the overview
      </Link>
    </>
  );
}

/** What is shown when a page of the console fails. */
export function ErrorPage({
  error,
  reset,
}: {
  readonly error: unknown;
  readonly reset: () => void;
}): ReactNode {
  return (
    <>
      <PageHead title="This page cannot be shown" />
      <Failure error={error} what="This page" again={reset} />
    </>
  );
}
