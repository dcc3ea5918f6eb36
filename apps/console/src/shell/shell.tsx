import { useMutation } from '@tanstack/react-query';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { count, timeZone } from '../formats.ts';
import { Announcer } from '../live/announce.tsx';
import { ConnectionContext, useLive, useProgressStream } from '../live/progress.ts';
import { Button } from '../parts/basic.tsx';
import { Icon } from '../parts/icons.tsx';
import { api, endSession, endSessionOn } from '../queries.ts';
import { useMayDecide, useSession } from '../session.ts';
import { Bar } from './bar.tsx';
import { places } from './places.ts';
import './shell.css';
import { Shortcuts } from './shortcuts.tsx';
import { ThemeSwitch } from './theme-switch.tsx';

/** What every page stands in: the rail, the bar, and the stream of events. */
export function Shell(): ReactNode {
  const connection = useProgressStream('/api/events');
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const before = useRef(pathname);
  // Another page begins at its top, for those who see it and for those who hear it.
  useEffect(() => {
    if (before.current !== pathname) main.current?.focus();
    before.current = pathname;
  }, [pathname]);
  return (
    <ConnectionContext value={connection}>
      <Announcer>
        <a className="button primary skip" href="#main">
          To the content
        </a>
        <div className="shell">
          <Rail key={pathname} />
          <div>
            <Bar />
            <main id="main" ref={main} tabIndex={-1}>
              <Outlet />
            </main>
          </div>
        </div>
      </Announcer>
    </ConnectionContext>
  );
}

function Rail(): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <aside className="rail" aria-label="Console" data-open={isOpen || undefined}>
      <div className="top">
        <Link to="/" className="brand">
          <img src="/icon.svg" alt="" />
          Enrollkit
        </Link>
        <button
          type="button"
          className="button menu-button"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          <Icon name="menu" />
          Menu
        </button>
      </div>
      <Places />
      <Foot />
    </aside>
  );
}

function Places(): ReactNode {
  const waiting = useLive()?.unknownBatches ?? 0;
  const mayDecide = useMayDecide();
  return (
    <nav aria-label="Pages">
      <ul>
        {places
          .filter(({ deciding = false }) => mayDecide || !deciding)
          .map(({ to, name, icon }) => (
            <li key={to}>
              <Link to={to} activeOptions={{ exact: to === '/' }} activeProps={{ 'aria-current': 'page' }}>
                <Icon name={icon} />
                {name}
                {to === '/decisions' && waiting > 0 && (
                  <span className="waiting figures">
                    {count(waiting)}
                    <span className="hidden"> waiting</span>
                  </span>
                )}
              </Link>
            </li>
          ))}
      </ul>
    </nav>
  );
}

function Foot(): ReactNode {
  const { user, role, version } = useSession();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => api.signOut(),
    onSuccess: endSession,
    onError: endSessionOn,
  });
  return (
    <div className="foot">
      <ThemeSwitch />
      <div>
        <p className="who">{user}</p>
        <p>Signed in as {role}</p>
      </div>
      <div>
        <p>Times: {timeZone()}</p>
        <p>Enrollkit {version}</p>
      </div>
      <div>
        <Shortcuts />
        <Button kind="plain" isDisabled={isPending} onPress={() => mutate()}>
          <Icon name="leave" />
          Sign out
        </Button>
        {error instanceof Error && <p role="alert">You are still signed in: {error.message}</p>}
      </div>
    </div>
  );
}
