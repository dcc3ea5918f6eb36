import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { loadConfig } from '../config/config.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadPacts } from '../pact/pact.ts';
import { contractFinder } from '../pact/provider.ts';
import { assumptionsDocument, type ContractAssumptions } from '../reliance/assumptions.ts';
import { undocumented } from '../reliance/reliance.ts';
import { isOwn } from '../spec/extensions.ts';
import { findSpecs } from '../spec/find.ts';
import { loadSpec } from '../spec/load.ts';
import type { Command } from './command.ts';

/** `assumptions [--check]`: the document of everything that is assumed of the provider. */
export const assumptionsCommand: Command = {
  name: 'assumptions',
  register(program, run) {
    program
      .command('assumptions')
      .description(
        'Write the list of assumed elements, who relies on each, and the question to ask the provider.',
      )
      .option('--out <file>', 'the document', 'specs/ASSUMPTIONS.md')
      .option('--check', 'write nothing; exit 1 when the document is not up to date', false)
      .action((options: { out: string; check: boolean }) =>
        run(async ({ voice, cwd }) => {
          const text = assumptionsDocument(await assumptionsIn(cwd));
          const file = resolve(cwd, options.out);
          const kept = await readFile(file, 'utf8').catch(() => '');
          if (cells(kept) === cells(text)) {
            voice.out(`${options.out} is as it should be\n`);
            return exitCodes.ok;
          }
          if (options.check) {
            voice.err(
              `${options.out} is out of date\nhint: Run \`contract-gate assumptions\` and commit the result.\n`,
            );
            return exitCodes.findings;
          }
          await writeFile(file, text);
          voice.out(`wrote ${options.out}\n`);
          return exitCodes.ok;
        }),
      );
  },
};

/** The text without the spaces and dashes that only align a table: a formatter may have been over it. */
const cells = (text: string): string => text.replaceAll(/[ ]+/g, ' ').replaceAll(/-{3,}/g, '---').trim();

async function assumptionsIn(cwd: string): Promise<ContractAssumptions[]> {
  const config = await loadConfig(cwd);
  const [files, pacts, contractOf] = await Promise.all([
    findSpecs(cwd, config.specs),
    loadPacts(config.pacts, cwd),
    contractFinder(config, cwd),
  ]);
  const found: ContractAssumptions[] = [];
  for (const file of files) {
    const spec = await loadSpec(file, cwd);
    if (isOwn(spec.document)) continue;
    const theirs = pacts.filter((pact) => contractOf(pact)?.name === spec.name);
    const reliances = await undocumented(spec, { pacts: theirs, config, cwd });
    found.push({ name: spec.name, document: spec.document, reliances });
  }
  return found;
}
