/** Every exit code of `contract-gate`, and what it means. */
export const exitCodes = {
  /** Done, and nothing to complain about. */
  ok: 0,
  /** Done, and something is not as it should be: a finding, a drift, a refusal. */
  findings: 1,
  /** The command line makes no sense. */
  usage: 2,
  /** A document cannot be read: not there, not YAML, not OpenAPI. */
  input: 3,
  /** A defect of this tool. */
  internal: 70,
} as const;

/** One of the documented exit codes. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
