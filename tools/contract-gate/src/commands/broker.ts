import { startBroker } from '../broker/server.ts';
import { loadConfig } from '../config/config.ts';
import { exitCodes } from '../exit-codes.ts';
import { MatrixStore } from '../matrix/matrix.ts';
import type { Command } from './command.ts';

const loopback = new Set(['127.0.0.1', '::1', 'localhost']);

/** `broker`: serves the matrix to the official Pact CLI until the process is told to end. */
export const brokerCommand: Command = {
  name: 'broker',
  register(program, run) {
    program
      .command('broker')
      .description(
        'Serve the matrix in git to the official Pact CLI: publish, verification results, can-i-deploy. Ends on SIGINT or SIGTERM.',
      )
      .option('--host <host>', 'the address to listen on', '127.0.0.1')
      .option('--port <port>', 'the port; 0 for any that is free', '9292')
      .action(({ host, port }: { host: string; port: string }) =>
        run(async ({ voice, cwd }) => {
          const token = process.env.CONTRACT_GATE_BROKER_TOKEN;
          if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
            voice.err(`error: ${port} is no port\nhint: A number from 0 to 65535.\n`);
            return exitCodes.usage;
          }
          if (token === undefined && !loopback.has(host)) {
            voice.err(
              `error: ${host} is reached from other machines, and nobody would be asked who they are\nhint: Set CONTRACT_GATE_BROKER_TOKEN, or listen on 127.0.0.1.\n`,
            );
            return exitCodes.usage;
          }
          const { matrix } = await loadConfig(cwd);
          const broker = await startBroker({
            store: new MatrixStore(matrix, cwd),
            host,
            port: Number(port),
            token,
          });
          voice.out(`listening on ${broker.url}\n`);
          await new Promise<void>((resolve) => {
            process.once('SIGINT', resolve).once('SIGTERM', resolve);
          });
          await broker.close();
          return exitCodes.ok;
        }),
      );
  },
};
