import { createContext, useCallback, useContext, useRef, useState, type ReactNode } from 'react';

/** A reader of the screen is not interrupted more often than this by what moves. */
const QUIET_MS = 15_000;

/** How a message is taken: `now` for what the reader has just done, `progress` for what moves by itself. */
export type Urgency = 'now' | 'progress';

type Announce = (message: string, urgency?: Urgency) => void;

const AnnounceContext = createContext<Announce>(() => undefined);

/** Says a message to a reader of the screen, politely; of what moves by itself only now and then. */
export function useAnnounce(): Announce {
  return useContext(AnnounceContext);
}

/** The one live region of the page. */
export function Announcer({ children }: { readonly children: ReactNode }) {
  const [message, setMessage] = useState('');
  const quietUntil = useRef(0);
  const announce = useCallback<Announce>((text, urgency = 'now') => {
    const now = Date.now();
    if (urgency === 'progress' && now < quietUntil.current) return;
    quietUntil.current = now + QUIET_MS;
    setMessage(text);
  }, []);
  return (
    <AnnounceContext value={announce}>
      {children}
      <div className="hidden" role="status" aria-live="polite">
        {message}
      </div>
    </AnnounceContext>
  );
}
