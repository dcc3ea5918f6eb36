import type { Progress } from '@enrollkit/contract/runner';
import { validateProgressAnswer } from '@enrollkit/contract/runner';
import type { ApiClient } from './api-client.ts';

/** An event of the stream. */
export interface Received {
  readonly id: string;
  readonly type: string;
  readonly progress?: Progress;
}

/** Reads the stream of events as a browser does; fails on what the contract does not have. */
export async function* events(client: ApiClient, lastEventId?: string): AsyncGenerator<Received> {
  const answer = await fetch(`${client.origin}/api/events`, {
    headers: { ...client.headers, ...(lastEventId !== undefined && { 'Last-Event-ID': lastEventId }) },
  });
  if (answer.status !== 200 || answer.body === null) throw new Error(`no stream: ${answer.status}`);
  let text = '';
  for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const event = eventOf(text.slice(0, end));
      text = text.slice(end + 2);
      if (event !== undefined) yield event;
    }
  }
}

function eventOf(block: string): Received | undefined {
  const fields = new Map(
    block.split('\n').map((line) => {
      const at = line.indexOf(': ');
      return [line.slice(0, at), line.slice(at + 2)] as const;
    }),
  );
  const type = fields.get('event');
  if (type === undefined) return undefined;
  if (type !== 'progress') return { id: '', type };
  const verdict = validateProgressAnswer(JSON.parse(fields.get('data') ?? ''));
  if (!verdict.valid) throw new Error(`an event with ${JSON.stringify(verdict.problems)}`);
  return { id: fields.get('id') ?? '', type, progress: verdict.value };
}
