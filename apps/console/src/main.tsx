import './look.css';
import './base.css';
import './parts/parts.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Console } from './console.tsx';
import { api, queryClient, sessionKey } from './queries.ts';
import { startTheme } from './theme.ts';

/** What stands behind `#` in a one-time link; it leaves the address before anything else happens. */
function takeLinkToken(): string | undefined {
  const token = /^#link=(.+)$/.exec(location.hash)?.[1];
  if (token !== undefined) history.replaceState(null, '', location.pathname);
  return token;
}

/** Signs in by the link, where there is one. Gives what went wrong. */
async function signInByLink(token: string | undefined): Promise<unknown> {
  if (token === undefined) return undefined;
  try {
    queryClient.setQueryData(sessionKey, await api.redeemLink(token));
    return undefined;
  } catch (error) {
    return error;
  }
}

startTheme();
const linkError = await signInByLink(takeLinkToken());
const place = document.getElementById('console');
if (place === null) throw new Error('the page has no place for the console');
createRoot(place).render(
  <StrictMode>
    <Console linkError={linkError} />
  </StrictMode>,
);
