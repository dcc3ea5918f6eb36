import type { InstructionRequest } from '@enrollkit/contract/runner';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Dialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { useAnnounce } from '../live/announce.tsx';
import { useLive } from '../live/progress.ts';
import { Button, Failure } from '../parts/basic.tsx';
import { Icon } from '../parts/icons.tsx';
import { api, endSessionOn, queryClient } from '../queries.ts';
import { useMayDecide } from '../session.ts';

type Instruction = InstructionRequest['instruction'];

const given: Readonly<Record<Instruction, string>> = {
  pause: 'The runner was told to pause. What is on its way is finished.',
  resume: 'The runner was told to go on.',
  stop: 'The runner was told to stop. What is on its way is finished.',
};

/** Pause, go on and stop, for those who may; nothing when no runner is at work. */
export function RunnerControls(): ReactNode {
  const runner = useLive()?.runner;
  const mayDecide = useMayDecide();
  const announce = useAnnounce();
  const [isStopping, setStopping] = useState(false);
  const { mutate, isPending, error } = useMutation({
    mutationFn: (instruction: Instruction) => api.instruct({ instruction }),
    onSuccess: (_, instruction) => {
      announce(given[instruction]);
      void queryClient.invalidateQueries({ queryKey: ['audit'] });
    },
    onError: endSessionOn,
    onSettled: () => setStopping(false),
  });
  if (!mayDecide || runner === undefined) return null;
  const { activity } = runner;
  return (
    <>
      {activity === 'paused' ? (
        <Button kind="primary" isDisabled={isPending} onPress={() => mutate('resume')}>
          <Icon name="play" />
          Resume
        </Button>
      ) : (
        <Button isDisabled={isPending || activity === 'stopping'} onPress={() => mutate('pause')}>
          <Icon name="pause" />
          Pause
        </Button>
      )}
      <Button
        kind="danger"
        isDisabled={isPending || activity === 'stopping'}
        onPress={() => setStopping(true)}
      >
        <Icon name="stop" />
        Stop
      </Button>
      {error !== null && <Failure error={error} what="The instruction" />}
      <StopDialog isOpen={isStopping} onOpenChange={setStopping} onStop={() => mutate('stop')} />
    </>
  );
}

function StopDialog(props: {
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
  readonly onStop: () => void;
}): ReactNode {
  const { isOpen, onOpenChange, onStop } = props;
  return (
    <ModalOverlay className="modal-underlay" isDismissable isOpen={isOpen} onOpenChange={onOpenChange}>
      <Modal className="modal">
        <Dialog role="alertdialog">
          <div className="stack">
            <Heading slot="title" level={2}>
              Stop the runner?
            </Heading>
            <p>
              It finishes what is on its way, and ends. This cannot be taken back here:{' '}
              <code>enrollkit resume</code> on the host goes on later, and nothing is sent twice.
            </p>
            <div className="row">
              <Button kind="danger" onPress={onStop}>
                Stop the runner
              </Button>
              <Button slot="close">Let it work</Button>
            </div>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
