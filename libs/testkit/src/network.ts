import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP port on this machine that forwards to a Unix socket and can stop forwarding. */
export interface TcpProxy extends AsyncDisposable {
  /** Port on 127.0.0.1. */
  readonly port: number;
  /** Sends new connections to another Unix socket and breaks those that are open. */
  redirect(socket: string): void;
  /** Drops every byte in both directions without closing a connection, as a failed network does. */
  block(): void;
  /**
   * Forwards new connections again. Connections that were blocked stay silent, as behind a firewall that
   * forgot them.
   */
  unblock(): void;
}

/** Starts a proxy to a Unix socket. */
export async function openTcpProxy(to: string): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let target = to;
  let blocked = false;
  const add = (socket: Socket, other: Socket): void => {
    sockets.add(socket);
    if (blocked) socket.pause();
    socket.on('data', (bytes) => other.write(bytes));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
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
    redirect(socket) {
      target = socket;
      for (const open of sockets) open.destroy();
    },
    block() {
      blocked = true;
      for (const open of sockets) open.pause();
    },
    unblock() {
      blocked = false;
    },
    async [Symbol.asyncDispose]() {
      for (const open of sockets) open.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A port of this machine that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
