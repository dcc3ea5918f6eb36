import './look.css';
import './base.css';
import './parts/parts.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { watchActivity } from './activity.ts';
import { notSignedIn } from './api-error.ts';
import { Console } from './console.tsx';
import { api, queryClient, sessionKey } from './queries.ts';
import { startTheme } from './theme.ts';

/**
 * What stands behind `#` in an address that leads to the console; it leaves the address before anything
 * else happens.
 */
function takeFragment(): { readonly link?: string; readonly problem?: string } {
  const [, name, value] = /^#(link|sign-in-problem)=(.+)$/.exec(location.hash) ?? [];
  if (name === undefined || value === undefined) return {};
  history.replaceState(null, '', location.pathname);
  return name === 'link' ? { link: value } : { problem: value };
}

/** Signs in by the link, where there is one. Gives what went wrong, there or at the identity provider. */
async function signInError(): Promise<unknown> {
  const { link, problem } = takeFragment();
  if (link === undefined) return problem === undefined ? undefined : notSignedIn(problem);
  try {
    queryClient.setQueryData(sessionKey, await api.redeemLink(link));
    return undefined;
  } catch (error) {
    return error;
  }
}

watchActivity();
startTheme();
const linkError = await signInError();
const place = document.getElementById('console');
if (place === null) throw new Error('the page has no place for the console');
createRoot(place).render(
  <StrictMode>
    <Console linkError={linkError} />
  </StrictMode>,
);
