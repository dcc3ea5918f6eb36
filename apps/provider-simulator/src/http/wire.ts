import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Answer } from './answer.ts';
import type { AppliedFault } from '../faults/fault-plan.ts';
import type { FaultContext } from '../faults/fault.ts';
import type { FaultName } from '../faults/faults.ts';

/** Puts an answer on the wire, with the faults of its bytes. `signal` ends a delay when the server closes. */
export async function send(
  response: ServerResponse,
  answer: Answer | 'drop' | 'silence',
  wire: { readonly hits: readonly AppliedFault[]; readonly signal: AbortSignal },
): Promise<void> {
  const contextOf = (name: FaultName): FaultContext | undefined =>
    wire.hits.find((hit) => hit.name === name)?.context;
  const delay = contextOf('delay');
  if (delay !== undefined) await wait(delay.value, undefined, { signal: wire.signal }).catch(() => undefined);
  if (answer === 'silence' || contextOf('silent-answer') !== undefined) return;
  if (answer === 'drop' || contextOf('drop-answer') !== undefined) {
    response.socket?.resetAndDestroy();
    return;
  }
  const bytes = bytesOf(answer);
  const corrupt = contextOf('corrupt');
  if (corrupt !== undefined) corruptBytes(bytes, corrupt);
  const whole = contextOf('truncated') === undefined ? bytes : bytes.subarray(0, bytes.length / 2);
  response.writeHead(answer.status, { ...headersOf(answer), 'content-length': whole.length });
  if (contextOf('answered-twice') !== undefined) {
    // In one piece with the true end, so that it is there before the next request is.
    response.socket?.cork();
    response.end(whole);
    response.socket?.write(
      Buffer.concat([
        Buffer.from(
          `HTTP/1.1 ${answer.status} Again\r\ncontent-type: application/json\r\ncontent-length: ${whole.length}\r\n\r\n`,
        ),
        whole,
      ]),
    );
    response.socket?.uncork();
    return;
  }
  if (contextOf('cut') === undefined) {
    response.end(whole);
    return;
  }
  response.write(whole.subarray(0, whole.length / 2), () => response.destroy());
}

/** Sends an answer as it is. */
export function sendPlain(response: ServerResponse, answer: Answer): void {
  const bytes = bytesOf(answer);
  response.writeHead(answer.status, { ...headersOf(answer), 'content-length': bytes.length });
  response.end(bytes);
}

function bytesOf({ json, text }: Answer): Buffer {
  return Buffer.from(json === undefined ? (text ?? '') : JSON.stringify(json));
}

function headersOf({ json, headers }: Answer): Record<string, string> {
  return { ...(json !== undefined && { 'content-type': 'application/json' }), ...headers };
}

/** Makes the text invalid JSON wherever it lands: a control character may stand nowhere in it. */
function corruptBytes(bytes: Buffer, { chance }: FaultContext): void {
  for (let count = 0; count < 3 && bytes.length > 0; count++)
    bytes[Math.floor(chance(`byte ${count}`) * bytes.length)] = 0x01;
}
