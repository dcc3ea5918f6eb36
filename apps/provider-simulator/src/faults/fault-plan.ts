import { FaultRuleError } from '../errors.ts';
import { statusOperations } from '../families/operations.ts';
import { chance } from '../seed.ts';
import type { FaultContext, FaultDefinition } from './fault.ts';
import { type FaultName, faults, isFaultName } from './faults.ts';

/** When a fault is applied. */
export interface FaultRule {
  readonly fault: FaultName;
  /** In [0, 1]; default 1. */
  readonly probability?: number;
  /** The contract's operationId; default every operation the fault fits. */
  readonly operation?: string;
  /** Applied at most this often; default without limit. */
  readonly times?: number;
  /** Skips this many requests of its operation first; default 0. */
  readonly after?: number;
  /** The fault's number: seconds, minutes, milliseconds, MiB. */
  readonly value?: number;
}

/** A rule that applies to a request. */
export interface AppliedFault {
  readonly name: FaultName;
  readonly fault: FaultDefinition;
  readonly context: FaultContext;
}

/** A rule and how often it was applied. */
export interface RuleReport extends FaultRule {
  readonly applied: number;
}

const RULE =
  /^(?<fault>[a-z0-9-]+)(?:=(?<value>\d+(?:\.\d+)?))?(?:@(?<operation>[A-Za-z]+))?(?::(?<probability>\d*\.?\d+))?(?:\*(?<times>\d+))?(?:\+(?<after>\d+))?$/;

/**
 * Reads rules in their short form, separated by commas:
 * `NAME[=VALUE][@OPERATION][:PROBABILITY][*TIMES][+AFTER]`. For example
 * `drop-answer:0.05,429-seconds=3@enrollBatch*2`. Throws `FaultRuleError`.
 */
export function parseFaults(text: string): FaultRule[] {
  const parts = text.split(',').map((part) => part.trim());
  return parts
    .filter((part) => part !== '')
    .map((part) => {
      const groups = RULE.exec(part)?.groups;
      if (groups === undefined)
        throw new FaultRuleError(
          `Fault ${JSON.stringify(part)} is not NAME[=VALUE][@OPERATION][:PROBABILITY][*TIMES][+AFTER]`,
        );
      const { fault, operation } = groups;
      const numbers = Object.entries({
        value: groups['value'],
        probability: groups['probability'],
        times: groups['times'],
        after: groups['after'],
      });
      const given = numbers
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => [name, Number(value)]);
      return checkRule({
        fault,
        ...(operation !== undefined && { operation }),
        ...Object.fromEntries(given),
      });
    });
}

/** Checks a rule that came from outside. Throws `FaultRuleError`. */
export function checkRule(rule: unknown): FaultRule {
  const { fault, probability, operation, times, after, value, ...rest } = asObject(rule);
  const refuse = (what: string): never => {
    throw new FaultRuleError(`Fault rule ${JSON.stringify(rule)}: ${what}`);
  };
  if (typeof fault !== 'string' || !isFaultName(fault))
    return refuse(`there is no such fault; there are ${Object.keys(faults).join(', ')}`);
  if (probability !== undefined && !(typeof probability === 'number' && probability >= 0 && probability <= 1))
    refuse('probability must lie between 0 and 1');
  if (operation !== undefined && typeof operation !== 'string')
    refuse('operation must be the name of an operation');
  for (const [name, count] of Object.entries({ times, after })) {
    if (count !== undefined && !(typeof count === 'number' && Number.isInteger(count) && count >= 0))
      refuse(`${name} must be a whole number`);
  }
  if (value !== undefined && !(typeof value === 'number' && value >= 0)) refuse('value must be a number');
  if (value !== undefined && definitionOf(fault).value === undefined) refuse('this fault takes no value');
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined)
    refuse(`there is no member ${unknown}; there are fault, probability, operation, times, after, value`);
  return rule as FaultRule;
}

/**
 * The rules in force and their counts. Whether a rule applies to a request depends on the seed and the
 * request's number.
 */
export class FaultPlan {
  readonly #seed: number;
  #rules: readonly RuleState[] = [];

  constructor(seed: number, rules: readonly FaultRule[] = []) {
    this.#seed = seed;
    this.set(rules);
  }

  /** Replaces all rules; counts start anew. */
  set(rules: readonly FaultRule[]): void {
    this.#rules = rules.map((rule) => ({ rule: checkRule(rule), seen: 0, applied: 0 }));
  }

  report(): RuleReport[] {
    return this.#rules.map(({ rule, applied }) => ({ ...rule, applied }));
  }

  /**
   * The faults of this request, in the order of the rules. One that answers in place of the provider is the
   * last: the rules after it do not count the request, so `429*1,503*1` fails two requests, one after the
   * other.
   */
  select(request: FaultRequest): AppliedFault[] {
    const hits: AppliedFault[] = [];
    for (const [position, state] of this.#rules.entries()) {
      const hit = this.#apply(state, { ...request, position });
      if (hit !== undefined) hits.push(hit);
      if (hit !== undefined && replacing.has(hit.fault.at)) break;
    }
    return hits;
  }

  #apply(state: RuleState, request: FaultRequest & { position: number }): AppliedFault | undefined {
    const { rule } = state;
    const fault = definitionOf(rule.fault);
    if (!fits(rule, fault, request.operation)) return undefined;
    state.seen++;
    if (state.seen <= (rule.after ?? 0) || state.applied >= (rule.times ?? Number.POSITIVE_INFINITY))
      return undefined;
    const label = `${request.position}:${rule.fault}:${fault.per === 'target' ? request.target : state.seen}`;
    if (chance(this.#seed, 'fault', label) >= (rule.probability ?? 1)) return undefined;
    state.applied++;
    const value = rule.value ?? fault.value?.default ?? 0;
    return {
      name: rule.fault,
      fault,
      context: { value, now: request.now, chance: (more) => chance(this.#seed, 'fault-detail', label, more) },
    };
  }
}

/** A request as the plan sees it; `now` in milliseconds. */
interface FaultRequest {
  readonly operation: string;
  readonly target: string;
  readonly now: number;
}

interface RuleState {
  readonly rule: FaultRule;
  /** Requests of its operation so far. */
  seen: number;
  applied: number;
}

function definitionOf(name: FaultName): FaultDefinition {
  return faults[name];
}

/** Faults that answer in place of the provider. */
const replacing: ReadonlySet<string> = new Set<FaultDefinition['at']>(['arrival', 'keys', 'token']);

/** The key set and the token endpoint are no operations of the API and have faults of their own. */
const sides: ReadonlySet<string> = new Set(['keys', 'token']);

function fits(rule: FaultRule, fault: FaultDefinition, operation: string): boolean {
  if (sides.has(fault.at) || sides.has(operation)) return fault.at === operation;
  // Otherwise a rule with `times` could be used up by answers it cannot change.
  if (fault.at === 'status' && !statusOperations.has(operation)) return false;
  return rule.operation === undefined || rule.operation === operation;
}

function asObject(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new FaultRuleError(
    `A fault rule is an object like {"fault":"503","probability":0.05}; found ${JSON.stringify(value)}`,
  );
}
