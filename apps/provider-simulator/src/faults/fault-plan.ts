import { type FaultDefinition, type FaultName, faults, isFaultName, type Strike } from './faults.ts';
import { chance } from '../seed.ts';

/** When a fault strikes. */
export interface FaultRule {
  readonly fault: FaultName;
  /** In [0, 1]; default 1. */
  readonly probability?: number;
  /** The contract's operationId; default every operation the fault can strike. */
  readonly operation?: string;
  /** Strikes at most this often; default without end. */
  readonly times?: number;
  /** Spares the first so many requests of its operation; default 0. */
  readonly after?: number;
  /** The fault's number: seconds, minutes, milliseconds, MiB. */
  readonly value?: number;
}

/** A rule that has struck. */
export interface Hit {
  readonly name: FaultName;
  readonly fault: FaultDefinition;
  readonly strike: Strike;
}

/** A rule with what became of it. */
export interface RuleReport extends FaultRule {
  readonly struck: number;
}

/** A fault rule that cannot be used; the message names it and says what would do. */
export class FaultRuleError extends Error {
  readonly code = 'FAULT_RULE_INVALID';
}

const RULE =
  /^(?<fault>[a-z0-9-]+)(?:=(?<value>\d+(?:\.\d+)?))?(?:@(?<operation>[A-Za-z]+))?(?::(?<probability>\d*\.?\d+))?(?:\*(?<times>\d+))?(?:\+(?<after>\d+))?$/;

/**
 * Reads rules in their short form, separated by commas: `NAME[=VALUE][@OPERATION][:PROBABILITY][*TIMES][+AFTER]`.
 * For example `drop-answer:0.05,429-seconds=3@enrollBatch*2`. Throws `FaultRuleError`.
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
  const say = (what: string): never => {
    throw new FaultRuleError(`Fault rule ${JSON.stringify(rule)}: ${what}`);
  };
  if (typeof fault !== 'string' || !isFaultName(fault))
    return say(`there is no such fault; there are ${Object.keys(faults).join(', ')}`);
  if (probability !== undefined && !(typeof probability === 'number' && probability >= 0 && probability <= 1))
    say('probability must lie between 0 and 1');
  if (operation !== undefined && typeof operation !== 'string')
    say('operation must be the name of an operation');
  for (const [name, count] of Object.entries({ times, after })) {
    if (count !== undefined && !(typeof count === 'number' && Number.isInteger(count) && count >= 0))
      say(`${name} must be a whole number`);
  }
  if (value !== undefined && !(typeof value === 'number' && value >= 0)) say('value must be a number');
  if (value !== undefined && definitionOf(fault).value === undefined) say('this fault takes no value');
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined)
    say(`there is no member ${unknown}; there are fault, probability, operation, times, after, value`);
  return rule as FaultRule;
}

/** The rules in force, and their memory: which of them strikes a request is decided by seed and the request's number. */
export class FaultPlan {
  readonly #seed: number;
  #rules: readonly RuleState[] = [];

  constructor(seed: number, rules: readonly FaultRule[] = []) {
    this.#seed = seed;
    this.set(rules);
  }

  /** Replaces all rules; counts start anew. */
  set(rules: readonly FaultRule[]): void {
    this.#rules = rules.map((rule) => ({ rule: checkRule(rule), met: 0, struck: 0 }));
  }

  report(): RuleReport[] {
    return this.#rules.map(({ rule, struck }) => ({ ...rule, struck }));
  }

  /**
   * The faults that strike this request, in the order of the rules. One that answers in place of the provider is the
   * last: the rules after it do not meet the request, so `429*1,503*1` strikes two requests, one after the other.
   */
  meet(request: MetRequest): Hit[] {
    const hits: Hit[] = [];
    for (const [position, state] of this.#rules.entries()) {
      const hit = this.#judge(state, { ...request, position });
      if (hit !== undefined) hits.push(hit);
      if (hit !== undefined && replacing.has(hit.fault.at)) break;
    }
    return hits;
  }

  #judge(state: RuleState, request: MetRequest & { position: number }): Hit | undefined {
    const { rule } = state;
    const fault = definitionOf(rule.fault);
    if (!concerns(rule, fault, request.operation)) return undefined;
    state.met++;
    if (state.met <= (rule.after ?? 0) || state.struck >= (rule.times ?? Number.POSITIVE_INFINITY))
      return undefined;
    const label = `${request.position}:${rule.fault}:${fault.per === 'target' ? request.target : state.met}`;
    if (chance(this.#seed, 'fault', label) >= (rule.probability ?? 1)) return undefined;
    state.struck++;
    const value = rule.value ?? fault.value?.default ?? 0;
    return {
      name: rule.fault,
      fault,
      strike: { value, now: request.now, chance: (more) => chance(this.#seed, 'strike', label, more) },
    };
  }
}

/** A request as the plan sees it; `now` in milliseconds. */
interface MetRequest {
  readonly operation: string;
  readonly target: string;
  readonly now: number;
}

interface RuleState {
  readonly rule: FaultRule;
  /** Requests of its operation so far. */
  met: number;
  struck: number;
}

function definitionOf(name: FaultName): FaultDefinition {
  return faults[name];
}

/** Faults that answer in place of the provider. */
const replacing: ReadonlySet<string> = new Set<FaultDefinition['at']>(['arrival', 'keys', 'token']);

/** Beside the operations of the API stand the key set and the token endpoint, with faults of their own. */
const sides: ReadonlySet<string> = new Set(['keys', 'token']);

function concerns(rule: FaultRule, fault: FaultDefinition, operation: string): boolean {
  if (sides.has(fault.at) || sides.has(operation)) return fault.at === operation;
  // Else a rule with a number of times could spend itself on answers it cannot change.
  if (fault.at === 'status' && operation !== 'getBatchStatus') return false;
  return rule.operation === undefined || rule.operation === operation;
}

function asObject(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new FaultRuleError(
    `A fault rule is an object like {"fault":"503","probability":0.05}; found ${JSON.stringify(value)}`,
  );
}
