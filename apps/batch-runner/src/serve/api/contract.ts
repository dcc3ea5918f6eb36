import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { defined } from '@enrollkit/base';
import type { ContractFinding, ContractFindings } from '@enrollkit/contract/runner';
import { z } from 'zod';
import type { ConsoleContext } from '../console-context.ts';
import { ServeError } from '../errors.ts';
import type { Handlers } from '../operation.ts';

/** What `contract-gate pull --format json` prints, as far as it is shown. */
const reportSchema = z.object({
  summary: z.string(),
  findings: z.array(
    z.object({
      id: z.string(),
      severity: z.enum(['error', 'warning', 'info']),
      message: z.string(),
      hint: z.string().optional(),
      pointer: z.string().optional(),
      place: z.object({ file: z.string(), line: z.number().int().min(1) }).optional(),
    }),
  ),
});

/** What has changed in the provider's contract. */
export function contractHandlers({
  loaded: { config, folder },
}: Pick<ConsoleContext, 'loaded'>): Handlers<'getContractFindings'> {
  const { contractReport } = config.serve;
  return {
    getContractFindings: async () => ({
      status: 200,
      body:
        contractReport === undefined
          ? { state: 'not-configured', findings: [] }
          : await findingsIn(resolve(folder, contractReport)),
    }),
  };
}

async function findingsIn(file: string): Promise<ContractFindings> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) return { state: 'never', findings: [] };
  const { summary, findings } = parsed(file, await readFile(file, 'utf8'));
  return {
    state: 'checked',
    checkedAt: found.mtime.toISOString(),
    summary,
    findings: findings.map(({ place, ...finding }) =>
      defined<ContractFinding>({ ...finding, file: place?.file, line: place?.line }),
    ),
  };
}

function parsed(file: string, text: string): z.infer<typeof reportSchema> {
  try {
    return reportSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new ServeError('report-unreadable', `${file} is not a report of contract-gate pull`, {
      hint: `write it anew: contract-gate pull --format json > ${file}`,
      cause,
    });
  }
}
