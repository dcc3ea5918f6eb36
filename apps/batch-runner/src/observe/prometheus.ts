import { once } from 'node:events';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { resolve } from 'node:path';
import type { Tally } from '@enrollkit/ledger';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { LoadedConfig } from '../config/load.ts';
import { RunnerError } from '../errors.ts';
import type { RunMetrics, TallyOf } from './run-metrics.ts';

/** The record states of a tally, as labels. */
const states = [
  'rejected',
  'waiting',
  'submitted',
  'unknown',
  'enrolled',
  'refused',
  'abandoned',
] as const satisfies readonly (keyof Tally)[];

/** Serves and writes the figures as configured. Throws `RunnerError` when the port cannot be opened. */
export async function openPrometheus({ config, folder }: LoadedConfig, tally: TallyOf): Promise<RunMetrics> {
  const { metricsPort, metricsFile } = config.output;
  const registry = new Registry();
  const events = register(registry, tally);
  const server = metricsPort === undefined ? undefined : await serve(registry, metricsPort);
  return {
    observe: ({ kind }) => events.inc({ kind }),
    close: async () => {
      if (metricsFile !== undefined) writeReplacing(resolve(folder, metricsFile), await registry.metrics());
      server?.close();
      server?.closeAllConnections();
    },
  };
}

/** Replaced at every end, but never through a link. */
function writeReplacing(file: string, text: string): void {
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
  const handle = openSync(file, O_WRONLY | O_CREAT | O_TRUNC | (O_NOFOLLOW ?? 0), 0o600);
  try {
    writeSync(handle, text);
  } finally {
    closeSync(handle);
  }
}

function register(registry: Registry, tally: TallyOf): Counter<'kind'> {
  collectDefaultMetrics({ register: registry });
  const gauge = new Gauge({
    name: 'enrollkit_records',
    help: 'Records of the current intake by state; rejected counts rows that never became records',
    labelNames: ['state'],
    registers: [registry],
    collect: async () => {
      const now = await tally();
      if (now) for (const state of states) gauge.set({ state }, now[state]);
    },
  });
  return new Counter({
    name: 'enrollkit_events_total',
    help: 'What happened in this run, by kind',
    labelNames: ['kind'],
    registers: [registry],
  });
}

/** Serves to this machine only: the figures say how many cardholders a bank has. */
async function serve(registry: Registry, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') return void response.writeHead(404).end();
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  server.listen(port, '127.0.0.1').unref();
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new RunnerError(
      'config-invalid',
      `output.metricsPort: port ${port} of 127.0.0.1 cannot be opened (${(cause as NodeJS.ErrnoException).code ?? 'unknown reason'})`,
      { hint: 'another run may use it; choose another port', cause },
    );
  }
  return server;
}
