import { defaultSettings } from '@enrollkit/pipeline';
import { defaultFiles } from './default-files.ts';

const { tolerated: _none, duplicates, changes, removals, ...sending } = defaultSettings;

/** Every default of the configuration: the schema fills them in, the template and the documents show them. */
export const defaults = {
  provider: { family: 'click-to-pay', openApiClientIdHeader: true, timeoutMs: 60_000 },
  signing: { method: 'RSA-SHA256' },
  encryption: { cacheFile: defaultFiles.keyCache, content: 'A128GCM', maxAgeDays: 30 },
  ledger: { file: defaultFiles.ledger, fingerprintKeyFile: defaultFiles.fingerprintKey },
  sending,
  duplicates,
  changes,
  limits: { changedPercent: 10, removals },
  notifications: { host: '127.0.0.1', proof: 'mutual-tls' },
  output: { logLevel: 'info' },
} as const;
