import type { Answer } from './answer.ts';
import { jsonAnswer } from './answer.ts';
import { checkRule, type FaultPlan, type FaultRule, parseFaults } from '../faults/fault-plan.ts';
import { FaultRuleError } from '../errors.ts';
import { faults } from '../faults/faults.ts';
import type { ProviderKeys } from '../keys/provider-keys.ts';
import type { World } from '../world/world.ts';

/** What the control paths act on. */
export interface ControlDependencies {
  readonly world: () => World;
  readonly reset: () => void;
  readonly plan: FaultPlan;
  readonly keys: ProviderKeys;
  /** The provider's clock, milliseconds. */
  readonly now: () => number;
}

/** A control request; they are not signed, and not part of the provider's API. */
export interface ControlRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Buffer;
}

/** Answers the paths under `/__`. A generator is a stream of NDJSON lines. */
export async function control(
  parts: ControlDependencies,
  request: ControlRequest,
): Promise<Answer | Generator<string>> {
  const { method, path, query } = request;
  switch (`${method} ${path}`) {
    case 'GET /__world':
      return query.get('records') === '1' ? lines(parts.world()) : jsonAnswer(200, parts.world().summary());
    case 'GET /__faults':
      return jsonAnswer(200, { rules: parts.plan.report(), known: describeFaults() });
    case 'POST /__faults':
      return setFaults(parts.plan, request.body.toString('utf8'));
    case 'POST /__keys/rotate':
      return jsonAnswer(200, {
        kid: (await parts.keys.rotate(query.get('old') === 'accept' ? 'accept' : 'refuse')).kid,
      });
    case 'POST /__opt-out':
      return optOut(parts, query.getAll('srcConsumerId'));
    case 'POST /__reset':
      parts.reset();
      return jsonAnswer(200, parts.world().summary());
    default:
      return jsonAnswer(404, {
        message:
          'There are GET /__world[?records=1], GET and POST /__faults, POST /__keys/rotate[?old=accept], POST /__opt-out?srcConsumerId=ID[&...], POST /__reset',
      });
  }
}

/** Cardholders opt out at a checkout. */
function optOut({ world, now }: ControlDependencies, ids: readonly string[]): Answer {
  const optedOut = ids.filter((id) => world().optOut(id, now()));
  return jsonAnswer(200, { optedOut: optedOut.length, unknown: ids.length - optedOut.length });
}

/** Takes the short form as text, or JSON: a list of rules, or `{"rules": [...]}`. */
function setFaults(plan: FaultPlan, body: string): Answer {
  try {
    plan.set(readRules(body));
    return jsonAnswer(200, { rules: plan.report() });
  } catch (error) {
    if (error instanceof FaultRuleError) return jsonAnswer(400, { message: error.message });
    throw error;
  }
}

function readRules(body: string): FaultRule[] {
  if (!/^\s*[[{]/.test(body)) return parseFaults(body);
  const given = parseBody(body);
  const rules = Array.isArray(given) ? given : given['rules'];
  if (!Array.isArray(rules)) throw new FaultRuleError('Expected a list of fault rules, or {"rules": [...]}');
  return rules.map(checkRule);
}

function parseBody(body: string): Record<string, unknown> | unknown[] {
  try {
    return JSON.parse(body) as Record<string, unknown> | unknown[];
  } catch (cause) {
    throw new FaultRuleError('The fault rules are no valid JSON', cause);
  }
}

function describeFaults(): Record<string, string> {
  return Object.fromEntries(Object.entries(faults).map(([name, { description }]) => [name, description]));
}

function* lines(world: World): Generator<string> {
  for (const record of world.records()) yield `${JSON.stringify(record)}\n`;
}
