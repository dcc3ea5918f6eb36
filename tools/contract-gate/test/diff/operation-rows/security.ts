import type { Json, JsonObject } from '../../../src/spec/json.ts';
import { one } from '../api.ts';
import { always, never, oneWay, type OperationRow } from './row.ts';

const schemes = {
  components: {
    securitySchemes: {
      key: { type: 'apiKey', in: 'header', name: 'X-Key' },
      basic: { type: 'http', scheme: 'basic' },
      oauth: {
        type: 'oauth2',
        flows: { clientCredentials: { tokenUrl: 'https://example.com', scopes: { read: '', write: '' } } },
      },
    },
  },
};
const secured = (security?: Json, rest: JsonObject = schemes): JsonObject =>
  one(security === undefined ? {} : { security }, rest);

/** What happens to security. */
export const securityRows: readonly OperationRow[] = [
  ...always('a scheme swapped', secured([{ key: [] }]), secured([{ basic: [] }])),
  ...oneWay('a scope added', secured([{ oauth: ['read', 'write'] }]), secured([{ oauth: ['read'] }])),
  ...oneWay('an alternative removed', secured([{ key: [] }]), secured([{ key: [] }, { basic: [] }])),
  ...oneWay('one scheme more needed', secured([{ key: [], basic: [] }]), secured([{ key: [] }])),
  ...oneWay('security made mandatory', secured([{ key: [] }]), secured()),
  ...oneWay('anonymous no more', secured([{ key: [] }]), secured([{ key: [] }, {}])),
  ...oneWay(
    'a scope added for all operations',
    one({}, { ...schemes, security: [{ oauth: ['read', 'write'] }] }),
    one({}, { ...schemes, security: [{ oauth: ['read'] }] }),
  ),
  ...oneWay(
    'an operation that was open takes the security of all',
    one({}, { ...schemes, security: [{ key: [] }] }),
    one({ security: [] }, { ...schemes, security: [{ key: [] }] }),
  ),
  ...never(
    'the same, said globally',
    secured([{ key: [] }]),
    one({}, { ...schemes, security: [{ key: [] }] }),
  ),
  ...never(
    'a scheme renamed',
    secured([{ key: [] }]),
    secured([{ apiKey: [] }], {
      components: { securitySchemes: { apiKey: { type: 'apiKey', in: 'header', name: 'x-key' } } },
    }),
  ),
  ...always(
    'the key travels elsewhere',
    secured([{ key: [] }]),
    secured([{ key: [] }], {
      components: { securitySchemes: { key: { type: 'apiKey', in: 'query', name: 'X-Key' } } },
    }),
  ),
  ...never(
    'alternatives in another order',
    secured([{ key: [] }, { basic: [] }]),
    secured([{ basic: [] }, { key: [] }]),
  ),
  ...never(
    'an unused scheme',
    secured([{ key: [] }], {
      components: { securitySchemes: { key: schemes.components.securitySchemes.key } },
    }),
    secured([{ key: [] }]),
  ),
];
