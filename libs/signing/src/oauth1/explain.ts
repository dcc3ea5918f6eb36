import { defined, quoted } from '@enrollkit/base';
import { percentDecode } from './percent.ts';

/** What a gateway's refusal says about our signature. */
export interface Mismatch {
  /**
   * `different`: the gateway computed another base string. `same`: it computed ours, so the key is at fault.
   */
  readonly kind: 'different' | 'same';
  /** The first field that differs: `method`, `scheme`, `host`, `path`, or a parameter's name. */
  readonly field?: string;
  /** Our value of it, decoded; absent when we did not have it. */
  readonly ours?: string;
  /** The gateway's value of it, decoded; absent when it did not have it. */
  readonly theirs?: string;
  /** What most likely happened, and what to do. */
  readonly hint: string;
  /** All of it in one line, fit for a terminal. */
  readonly message: string;
}

interface Field {
  readonly name: string;
  readonly value: string;
}

const LONGEST_DESCRIPTION = 65_536;
const LONGEST_SHOWN = 120;
const BASE_STRING = /\b([A-Z]+)&(https?%3A%2F%2F[^&\s"]+)&([^&\s"]*)/i;
const BODY_HASHES = /Calculated:\s*([A-Za-z0-9+/%]+=*),\s*Received:\s*([A-Za-z0-9+/%]+=*)/i;
const SCHEME_HOST_PATH = /^([a-z]+):\/\/([^/]*)(.*)$/i;

const KEY_HINT =
  'both sides signed the same text, so the key is at fault: the signing key does not belong to this consumer key, has expired, or belongs to the other environment (sandbox or production)';
const ENCODING_HINT =
  'the value is the same but written differently: something between us and the gateway decodes or re-encodes it. Send the URL exactly as it was signed';
const HINTS: Readonly<Record<string, string>> = {
  method: 'a proxy or redirect changed the method after signing',
  scheme: 'sign the https URL the gateway sees, not the address of a local proxy',
  host: 'sign the URL the gateway sees: a proxy rewrote the host, or this is the other environment (sandbox or production)',
  path: 'a proxy or redirect rewrote the path (a base path, a trailing slash, an escape) after signing',
  oauth_body_hash:
    'the body that arrived is not the body that was signed: it was serialised again, compressed or re-encoded on the way. Sign and send the same bytes',
  oauth_consumer_key: 'the header was rewritten, or carries another consumer key',
  oauth_nonce: 'this refusal belongs to another request: compare it with the request that was sent',
  oauth_timestamp: 'this refusal belongs to another request: compare it with the request that was sent',
  oauth_signature_method:
    'the gateway does not take this signature method for this key: sign with RSA-SHA256',
};
/** In the place of a consumer key, which counts as a secret. */
const HIDDEN = '[hidden]';
const QUERY_HINT = 'a query parameter was added, removed or changed after signing';

/**
 * Compares our signature base string with what the gateway says it computed, and names the first difference.
 *
 * @param ourBaseString what we signed
 * @param gatewayDescription the `Description` of the gateway's error; the base string is found inside it
 * @returns undefined when the description quotes neither a base string nor a body hash
 */
export function explainMismatch(ourBaseString: string, gatewayDescription: string): Mismatch | undefined {
  const description = gatewayDescription.slice(0, LONGEST_DESCRIPTION);
  const hashes = BODY_HASHES.exec(description);
  if (hashes !== null) {
    const [, theirs = '', ours = ''] = hashes;
    return different(
      { name: 'oauth_body_hash', value: percentDecode(ours) },
      { name: 'oauth_body_hash', value: percentDecode(theirs) },
    );
  }
  const quoted = BASE_STRING.exec(description);
  if (quoted === null) return undefined;
  return (
    firstDifference(fieldsOf(ourBaseString), fieldsOf(quoted[0])) ?? {
      kind: 'same',
      hint: KEY_HINT,
      message: `signature refused although the base strings agree: ${KEY_HINT}`,
    }
  );
}

function fieldsOf(text: string): readonly Field[] {
  const [, method = '', uri = '', parameters = ''] = BASE_STRING.exec(text) ?? [];
  const [, scheme = '', host = '', path = ''] = SCHEME_HOST_PATH.exec(percentDecode(uri)) ?? [];
  const line = [
    { name: 'method', value: method },
    { name: 'scheme', value: scheme },
    { name: 'host', value: host },
    { name: 'path', value: path },
  ];
  const rest = percentDecode(parameters)
    .split('&')
    .filter((part) => part !== '');
  return [...line, ...rest.map(parameterOf)];
}

function parameterOf(part: string): Field {
  const equals = part.indexOf('=');
  if (equals === -1) return { name: part, value: '' };
  return { name: part.slice(0, equals), value: part.slice(equals + 1) };
}

// Both lists are sorted by name, so a name that is behind is one the other side lacks.
function firstDifference(ours: readonly Field[], theirs: readonly Field[]): Mismatch | undefined {
  const length = Math.max(ours.length, theirs.length);
  for (let index = 0; index < length; index += 1) {
    const our = ours[index];
    const their = theirs[index];
    if (our?.name === their?.name && our?.value === their?.value) continue;
    if (our === undefined || their === undefined || our.name === their.name) return different(our, their);
    return our.name < their.name ? different(our, undefined) : different(undefined, their);
  }
  return undefined;
}

function different(our: Field | undefined, their: Field | undefined): Mismatch {
  const field = percentDecode(our?.name ?? their?.name ?? '');
  const isSecret = field === 'oauth_consumer_key';
  const read = (side: Field | undefined): string | undefined =>
    side && (isSecret ? HIDDEN : percentDecode(side.value));
  const [ours, theirs] = [read(our), read(their)];
  const isEncoding = ours === theirs && !isSecret;
  const hint = isEncoding ? ENCODING_HINT : (HINTS[field] ?? QUERY_HINT);
  const [here, there] = isEncoding ? [our?.value, their?.value] : [ours, theirs];
  return defined<Mismatch>({
    kind: 'different',
    field,
    ours,
    theirs,
    hint,
    message: `gateway computed another signature base string: ${shown(field)} is ${shown(here)} here and ${shown(there)} there; ${hint}`,
  });
}

// The text comes from the network: quoted and cut, so that it cannot steer a terminal.
function shown(value: string | undefined): string {
  return value === undefined ? 'absent' : quoted(value, LONGEST_SHOWN);
}
