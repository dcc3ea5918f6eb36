import { defaultSettings } from '@enrollkit/pipeline';
import { defaultFiles } from './default-files.ts';

const { tolerated, duplicates, changes, removals, ...sending } = defaultSettings;

/** Every default of the configuration: the schema fills them in, the template and the documents show them. */
export const defaults = {
  provider: { family: 'click-to-pay', openApiClientIdHeader: true, timeoutMs: 60_000 },
  signing: { method: 'RSA-SHA256' },
  encryption: { cacheFile: defaultFiles.keyCache, content: 'A128GCM', maxAgeDays: 30 },
  ledger: { file: defaultFiles.ledger, fingerprintKeyFile: defaultFiles.fingerprintKey },
  sending,
  duplicates,
  changes,
  limits: { toleratedPercent: tolerated.percent, changedPercent: 10, removals },
  notifications: { host: '127.0.0.1', proof: 'mutual-tls' },
  output: { logLevel: 'info' },
  serve: {
    host: '127.0.0.1',
    port: 8420,
    accountsFile: defaultFiles.accounts,
    maxUploadMegabytes: 1024,
    oidc: {
      name: 'single sign-on',
      scopes: ['openid', 'profile'],
      nameClaim: 'preferred_username',
      rolesClaim: 'groups',
    },
    // PCI DSS 8.2.8: at most 15 minutes.
    session: { idleMinutes: 15, hours: 8 },
  },
} as const;
