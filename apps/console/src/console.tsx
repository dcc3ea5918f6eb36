import { QueryClientProvider, useQuery } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { lazy, Suspense, type ReactNode } from 'react';
import { Loading, Pending } from './parts/basic.tsx';
import { queryClient, sessionQuery } from './queries.ts';
import { router } from './router.tsx';

const SignInPage = lazy(() => import('./pages/sign-in.tsx').then((all) => ({ default: all.SignInPage })));

/** The whole console: the pages for who is signed in, the sign-in page for everybody else. */
export function Console({ linkError }: { readonly linkError: unknown }): ReactNode {
  return (
    <QueryClientProvider client={queryClient}>
      <SignedIn linkError={linkError} />
    </QueryClientProvider>
  );
}

function SignedIn({ linkError }: { readonly linkError: unknown }): ReactNode {
  const { data: session, error, refetch } = useQuery(sessionQuery);
  if (session === undefined)
    return (
      <main>
        <Pending error={error} what="the console" again={() => void refetch()} />
      </main>
    );
  // The page stays at its address: who signs in again is where they were.
  if (session === null)
    return (
      <Suspense fallback={<Loading what="the sign-in page" />}>
        <SignInPage linkError={linkError} />
      </Suspense>
    );
  return <RouterProvider router={router} />;
}
