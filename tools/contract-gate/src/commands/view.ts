import { dump } from 'js-yaml';

import { exitCodes } from '../exit-codes.ts';
import { loadSpec } from '../spec/load.ts';
import { plainView } from '../view/plain-view.ts';
import type { Command } from './command.ts';

/** `view SPEC`: the plain view on standard output. */
export const viewCommand: Command = {
  name: 'view',
  register(program, run) {
    program
      .command('view')
      .description('Print the plain view: each JWE string replaced by the schema of what is inside it.')
      .argument('<spec>', 'an OpenAPI file')
      .option('--json', 'print JSON instead of YAML', false)
      .action((file: string, options: { json: boolean }) =>
        run(async ({ voice, cwd }) => {
          const view = plainView((await loadSpec(file, cwd)).document);
          voice.out(
            options.json ? `${JSON.stringify(view, null, 2)}\n` : dump(view, { noRefs: true, lineWidth: -1 }),
          );
          return exitCodes.ok;
        }),
      );
  },
};
