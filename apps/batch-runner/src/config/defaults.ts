import { defaultSettings } from '@enrollkit/pipeline';

const { tolerated: _none, duplicates, ...sending } = defaultSettings;

/** Every default of the configuration: the schema fills them in, the template and the documents show them. */
export const defaults = {
  provider: { family: 'click-to-pay', openApiClientIdHeader: true, timeoutMs: 60_000 },
  signing: { method: 'RSA-SHA256' },
  encryption: { cacheFile: 'enrollkit.keys.json', content: 'A128GCM', maxAgeDays: 30 },
  ledger: { file: 'enrollkit.ledger.db', fingerprintKeyFile: 'enrollkit.fingerprint.key' },
  sending,
  duplicates,
  limits: { changedPercent: 10 },
  output: { logLevel: 'info' },
} as const;
