import { useEffect, useRef, type ReactNode } from 'react';
import { timeOfDay } from '../formats.ts';
import { useAnnounce } from '../live/announce.tsx';
import { useConnection, useLive } from '../live/progress.ts';
import type { Connection } from '../live/stream.ts';
import { State } from '../parts/basic.tsx';
import { activities, type Tone } from '../parts/words.ts';
import { useSession } from '../session.ts';

const connections: Readonly<Record<Connection, { readonly text: string; readonly tone: Tone }>> = {
  connecting: { text: 'Connecting', tone: 'unsent' },
  live: { text: 'Live', tone: 'enrolled' },
  reconnecting: { text: 'Reconnecting', tone: 'rejected' },
};

/** Where the reader is: which provider, which runner, and whether the page is up to date. */
export function Bar(): ReactNode {
  const { environment } = useSession();
  const live = useLive();
  return (
    <header className={environment.kind === 'production' ? 'bar production' : 'bar'}>
      <span className="environment">
        <span className="kind">{environment.kind}</span>
        <span>
          <span className="hidden">Environment: </span>
          {environment.label}
        </span>
      </span>
      {environment.programme !== '' && (
        <span className="soft programme">
          Programme <span className="mono">{environment.programme}</span>
        </span>
      )}
      <span className="push row">
        {live?.runner === undefined ? (
          <span className="soft">{live === undefined ? '' : 'No runner at work'}</span>
        ) : (
          <span className="row tight">
            <span className="soft">Runner</span>
            <State word={activities[live.runner.activity]} />
          </span>
        )}
        <Line />
      </span>
    </header>
  );
}

/** The state of the stream; a reader of the screen hears of it when it breaks and when it is back. */
function Line(): ReactNode {
  const connection = useConnection();
  const live = useLive();
  const announce = useAnnounce();
  const before = useRef(connection);
  useEffect(() => {
    if (before.current === connection) return;
    if (connection === 'reconnecting') announce('The connection is lost. The page shows what was.');
    else if (before.current === 'reconnecting') announce('Connected again.');
    before.current = connection;
  }, [connection, announce]);
  const { text, tone } = connections[connection];
  return (
    <span className={`connection tone-${tone}`}>
      <span className="dot" aria-hidden="true" />
      {text}
      {live !== undefined && connection === 'reconnecting' && (
        <span className="soft figures">as of {timeOfDay(new Date(live.at))}</span>
      )}
    </span>
  );
}
