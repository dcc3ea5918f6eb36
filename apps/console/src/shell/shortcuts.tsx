import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState, type ReactNode } from 'react';
import { Dialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { Button } from '../parts/basic.tsx';
import { Icon } from '../parts/icons.tsx';
import { places } from './places.ts';

/** How long the first key of a pair waits for the second. */
const PAIR_MS = 1500;

/**
 * Shortcuts of the keyboard, and the dialog that lists them. They are single keys, so they do nothing
 * while somebody writes, and can be turned off until the page is loaded again (WCAG 2.1.4).
 */
export function Shortcuts(): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const [isOn, setOn] = useState(true);
  const navigate = useNavigate();
  useEffect(() => {
    let pairUntil = 0;
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
      if (event.key === '?') setOpen(true);
      if (!isOn || document.querySelector('[role=dialog]') !== null) return;
      const place = places.find(({ key }) => key === event.key);
      if (event.key === 'g') pairUntil = Date.now() + PAIR_MS;
      else if (place !== undefined && Date.now() < pairUntil) {
        pairUntil = 0;
        event.preventDefault();
        void navigate({ to: place.to });
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [isOn, navigate]);
  return (
    <>
      <Button kind="plain" onPress={() => setOpen(true)}>
        <Icon name="keyboard" />
        Shortcuts
      </Button>
      <ModalOverlay className="modal-underlay" isDismissable isOpen={isOpen} onOpenChange={setOpen}>
        <Modal className="modal">
          <Dialog>
            <div className="stack">
              <Heading slot="title" level={2}>
                Shortcuts of the keyboard
              </Heading>
              <List />
              <div className="row">
                <Button onPress={() => setOn(!isOn)}>
                  {isOn ? 'Turn single keys off' : 'Turn single keys on'}
                </Button>
                <Button kind="primary" slot="close">
                  Close
                </Button>
              </div>
            </div>
          </Dialog>
        </Modal>
      </ModalOverlay>
    </>
  );
}

function List(): ReactNode {
  return (
    <dl className="shortcuts">
      {places.map(({ key, name }) => (
        <div key={key} className="row">
          <dt>
            <kbd>g</kbd> <kbd>{key}</kbd>
          </dt>
          <dd>{name}</dd>
        </div>
      ))}
      <div className="row">
        <dt>
          <kbd>?</kbd>
        </dt>
        <dd>This list</dd>
      </div>
      <div className="row">
        <dt>
          <kbd>Tab</kbd>
        </dt>
        <dd>The next control; lists scroll with the arrow keys once they have the focus</dd>
      </div>
    </dl>
  );
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
  );
}
