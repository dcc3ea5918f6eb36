/**
 * The time of a batch that must not be sent before something else of its intake has ended: the last moment
 * that a date can have. It is in no queue.
 */
export const HELD_BACK = 8_640_000_000_000_000;

/** Whether a batch with this time waits for the deletion of the card that it takes the place of. */
export function isHeldBack(notBefore: Date): boolean {
  return notBefore.getTime() === HELD_BACK;
}
