import type { PollAnswer, Submission } from '@enrollkit/enrollment';
import type { ProviderError } from '../../src/index.ts';
import type { Behaviour } from '../raw-server.ts';

/** An answer, or what comes in its place, and what it means for each action. */
export interface Case {
  /** Completes "answered with". */
  readonly name: string;
  readonly server: Behaviour;
  readonly submit?: Submission['kind'];
  readonly poll?: PollAnswer['kind'];
  /** What it means for an update, as the outcome of the error. */
  readonly change?: ProviderError['outcome'];
  readonly code?: string;
}

/** A page of a proxy. */
export const html = '<html><body><h1>Bad Gateway</h1></body></html>';
/** The receipt of the batch that is submitted. */
export const receipt = { batchId: 'B-1', externalBatchId: 'batch-1' };
/** Ends the connection in place of an answer. */
export const cut: Behaviour = (_response, _arrival, socket) => void socket.destroy();
/** Ends the connection in the middle of an answer. */
export const short =
  (status: number, text: string): Behaviour =>
  (response, _arrival, socket) => {
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': '500' });
    response.write(text, () => socket.destroy());
  };
