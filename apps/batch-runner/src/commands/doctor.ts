import { defineCommand, type AnyCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { examine, type NamedFinding } from '../doctor/examine.ts';
import type { Verdict } from '../doctor/finding.ts';
import type { ExitName } from '../exit-codes.ts';

const marks: Readonly<Record<Verdict, string>> = {
  ok: 'ok',
  warning: 'warning',
  failed: 'FAILED',
  skipped: '-',
};

/**
 * `enrollkit doctor`: checks everything a run needs, one line each; changes nothing, sends one harmless
 * request.
 */
export async function doctor({ terminal, ...rest }: Context): Promise<ExitName> {
  let failed = false;
  for await (const finding of examine({ terminal, ...rest })) {
    failed ||= finding.verdict === 'failed';
    if (terminal.mode.json) terminal.resultJson(finding);
    else terminal.result(lineOf(finding));
  }
  return failed ? 'usage' : 'allEnrolled';
}

/** A finding as a line of the doctor's table. */
export function lineOf({ check, verdict, message, hint }: NamedFinding): string {
  const line = `${marks[verdict].padEnd(8)} ${check.padEnd(20)} ${message.replaceAll('\n', '; ')}`;
  return hint === undefined ? line : `${line}\n${' '.repeat(30)}hint: ${hint}`;
}

/** `enrollkit doctor` as it is typed. */
export const doctorCommand: AnyCommand = defineCommand({
  examples: [{ line: 'enrollkit doctor', does: 'exit 2 when something is not well' }],
  run: doctor,
});
