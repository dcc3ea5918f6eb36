import type { Finding, Report, Severity } from '../report/index.ts';
import type { Place } from '../spec/place.ts';
import type { Bundle } from '../spec/bundle.ts';
import type { Config, RuleSetting } from '../config/config.ts';
import { type Exception, expired, staleFinding } from './exceptions.ts';
import { breaks, type ContractFinding } from './finding.ts';

/** What a diff says to people and to programs. */
export interface DiffReport {
  readonly report: Report;
  /** True when something breaks that no valid exception covers, or when an exception has expired. */
  readonly failed: boolean;
}

/** The circumstances of a diff. */
export interface DiffCircumstances {
  readonly base: Bundle;
  readonly revision: Bundle;
  readonly exceptions: readonly Exception[];
  readonly today: Date;
  /** `sdk`: names that only break generated code fail, too. */
  readonly failOn: 'wire' | 'sdk';
  /** What the configuration says about rules. */
  readonly rules: Config['rules'];
}

/** Puts findings, exceptions and places together. */
export function reportOf(all: readonly ContractFinding[], circumstances: DiffCircumstances): DiffReport {
  const { exceptions, today, failOn, rules } = circumstances;
  const said = (finding: ContractFinding): RuleSetting | undefined => settingOf(rules, finding);
  const findings = all.filter((finding) => said(finding) !== 'off');
  const valid = new Map(
    exceptions
      .filter((exception) => !expired(exception, today))
      .map((exception) => [exception.id, exception]),
  );
  const counts = (finding: ContractFinding): boolean =>
    said(finding) === 'error' || (said(finding) === undefined && countsByItself(finding, failOn));
  const open = findings.filter((finding) => counts(finding) && !valid.has(finding.id));
  const stale = exceptions.filter((exception) => expired(exception, today));
  const shown = findings.map((finding) =>
    shownFinding(finding, circumstances, { exception: valid.get(finding.id), counts: counts(finding) }),
  );
  const unused = [...valid.values()].filter(({ id }) => !findings.some((finding) => finding.id === id));
  const summary = summaryOf(findings, {
    open: open.length,
    excepted: findings.filter((finding) => counts(finding)).length - open.length,
  });
  return {
    failed: open.length > 0 || stale.length > 0,
    report: {
      title: 'contract-gate diff',
      findings: [...shown, ...stale.map(staleFinding), ...unused.map(unusedFinding)],
      summary,
      data: { changes: findings, failed: open.length > 0 || stale.length > 0 },
    },
  };
}

/** The rule that a finding is of, as the configuration names it. */
function ruleOf({ direction, kind }: ContractFinding): string {
  return `${direction}/${kind}`;
}

/** What the configuration says about the rule, or about all rules of its direction. */
function settingOf(rules: Config['rules'], finding: ContractFinding): RuleSetting | undefined {
  return rules.get(ruleOf(finding)) ?? rules.get(finding.direction);
}

function countsByItself(finding: ContractFinding, failOn: DiffCircumstances['failOn']): boolean {
  return (
    breaks(finding) || (failOn === 'sdk' && finding.direction === 'sdk' && finding.severity === 'breaking')
  );
}

interface Verdict {
  readonly exception: Exception | undefined;
  readonly counts: boolean;
}

function shownFinding(
  finding: ContractFinding,
  circumstances: DiffCircumstances,
  { exception, counts }: Verdict,
): Finding {
  const { id, direction, where, alsoAt, message, severity, witness, clearedBecause, operations } = finding;
  const warned = settingOf(circumstances.rules, finding) === 'warning';
  const sdk = warned || (direction === 'sdk' && severity === 'breaking');
  const level: Severity = exception !== undefined || !(counts || sdk) ? 'info' : counts ? 'error' : 'warning';
  return {
    id: ruleOf(finding),
    severity: level,
    message: `${where}: ${message}${severity === 'undecided' ? ' (undecided: no value was found that shows it, nor a proof that there is none)' : ''}`,
    place: placeOf(finding, circumstances),
    details: [
      ...(alsoAt === undefined ? [] : [{ label: 'also at', text: alsoAt.join(', ') }]),
      ...(operations.length === 0 ? [] : [{ label: 'hits', text: listed(operations) }]),
      ...(witness === undefined
        ? []
        : [
            {
              label: `valid under the ${witness.validUnder}, not under the ${witness.invalidUnder}`,
              text: JSON.stringify(witness.value),
            },
          ]),
      ...(clearedBecause === undefined ? [] : [{ label: 'cleared because', text: clearedBecause }]),
      ...(exception === undefined
        ? []
        : [{ label: 'accepted', text: `${exception.reason} (${exception.who}, until ${exception.until})` }]),
      { label: 'finding', text: id },
    ],
  };
}

/** The first few; all of them are in the JSON. */
function listed(operations: readonly string[]): string {
  const few = operations.slice(0, 8).join(', ');
  return operations.length > 8 ? `${few} and ${operations.length - 8} more` : few;
}

/** What is gone stands in the base, everything else in the revision. */
function placeOf(
  { kind, basePointer, revisionPointer }: ContractFinding,
  { base, revision }: DiffCircumstances,
): Place {
  return kind.endsWith('-removed') ? base.locate(basePointer) : revision.locate(revisionPointer);
}

function unusedFinding({ id, place }: Exception): Finding {
  return {
    id: 'exception/unused',
    severity: 'info',
    message: `the exception for ${id} matches no finding`,
    place,
  };
}

function summaryOf(
  findings: readonly ContractFinding[],
  { open, excepted }: { readonly open: number; readonly excepted: number },
): string {
  const sdk = findings.filter(
    ({ direction, severity }) => direction === 'sdk' && severity === 'breaking',
  ).length;
  const rest = findings.length - open - excepted - sdk;
  const parts = [
    `${open} breaking`,
    ...(excepted > 0 ? [`${excepted} accepted by an exception`] : []),
    ...(sdk > 0 ? [`${sdk} that only break generated code`] : []),
    `${Math.max(rest, 0)} harmless`,
  ];
  return findings.length === 0 ? 'nothing changed' : parts.join(', ');
}
