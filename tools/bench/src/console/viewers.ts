import { text } from 'node:stream/consumers';

/** What this process is started with, as JSON in its first argument. */
export interface ViewersJob {
  readonly origin: string;
  readonly users: readonly string[];
  readonly password: string;
  readonly viewers: number;
}

/** Streams that the server takes of one session. */
const STREAMS_OF_SESSION = 4;

const { origin, users, password, viewers } = JSON.parse(process.argv[2] ?? '{}') as ViewersJob;
let events = 0;

for (let open = 0, session = 0; open < viewers; open += STREAMS_OF_SESSION, session++) {
  const cookie = await signIn(users[session % users.length] ?? '');
  for (let stream = 0; stream < Math.min(STREAMS_OF_SESSION, viewers - open); stream++) void view(cookie);
}
console.log('watching');
await text(process.stdin);
console.log(String(events));
process.exit();

async function signIn(userName: string): Promise<string> {
  const answer = await fetch(`${origin}/api/session/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: origin },
    body: JSON.stringify({ userName, password }),
  });
  if (answer.status !== 200) throw new Error(`${userName} cannot sign in: ${await answer.text()}`);
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

/** Reads the stream as a browser does, but for what it would show. */
async function view(cookie: string): Promise<void> {
  const answer = await fetch(`${origin}/api/events`, { headers: { Cookie: cookie } });
  if (answer.status !== 200) throw new Error(`no stream: ${await answer.text()}`);
  for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? [])
    if (chunk.includes('event: progress')) events += 1;
}
