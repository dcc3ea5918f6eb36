import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A port on this machine behind which something else listens; what lies between can be blocked. */
export interface Road extends AsyncDisposable {
  readonly port: number;
  /** New connections lead to this socket from now on; those that are open are broken. */
  lead(socket: string): void;
  /** Nothing passes any more, in either direction, and nobody is told. */
  block(): void;
  /** New connections pass. Those that were there stay silent for ever, as behind a firewall that has forgotten them. */
  clear(): void;
}

/** Opens a road to a Unix socket. */
export async function openRoad(to: string): Promise<Road> {
  const ends = new Set<Socket>();
  let target = to;
  let blocked = false;
  const add = (socket: Socket, other: Socket): void => {
    ends.add(socket);
    if (blocked) socket.pause();
    socket.on('data', (bytes) => other.write(bytes));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      ends.delete(socket);
      other.destroy();
    });
  };
  const server = createServer((near) => {
    const far = connect(target);
    add(near, far);
    add(far, near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    lead(socket) {
      target = socket;
      for (const end of ends) end.destroy();
    },
    block() {
      blocked = true;
      for (const end of ends) end.pause();
    },
    clear() {
      blocked = false;
    },
    async [Symbol.asyncDispose]() {
      for (const end of ends) end.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
