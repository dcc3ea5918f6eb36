import type { ProviderProgramme } from '@enrollkit/enrollment';
import { fewestFailed } from '@enrollkit/pipeline';
import { defaults } from './defaults.ts';

/** Which of the provider's environments the template points at (reference: servers and key addresses). */
export interface TemplateValues {
  readonly baseUrl: string;
  readonly keySetUrl: string;
  readonly programme: ProviderProgramme;
  readonly keyFile: string;
  /** Default: none is said, and the setting is shown as a comment. */
  readonly environment?: 'sandbox' | 'production';
  readonly consumerKeyFile?: string;
  readonly keyPasswordFile?: string;
}

/** What `enrollkit init` starts from: the sandbox. */
export const sandboxValues: TemplateValues = {
  baseUrl: 'https://sandbox.api.mastercard.com/src/api/digital/payments',
  keySetUrl: 'https://sandbox.src.mastercard.com/keys/mcs/fpanEncryption',
  programme: {
    family: 'click-to-pay',
    srcClientId: '00000000-0000-0000-0000-000000000000',
    serviceId: 'SRC',
  },
  keyFile: 'signing.p12',
};

/**
 * The commented config file. A setting that is commented out shows its default, or an example where it has
 * none.
 */
export function configTemplate(values: TemplateValues): string {
  const { provider, signing, encryption } = defaults;
  return `# Enrollkit configuration. Paths are relative to this file.
# Every setting may also be an environment variable: sending.batchSize is ENROLLKIT_SENDING_BATCH_SIZE;
# or, except for secrets, a flag: --set sending.batchSize=100. Flags win over the environment, the environment over this file.

${values.environment === undefined ? '# environment: sandbox' : `environment: ${values.environment}`}   # production must be asked for by name: environment: production

provider:
  baseUrl: ${scalar(values.baseUrl)}
${programmeLines(values.programme)}
  # termsUri: https://...          # the provider's terms and privacy notice: click-to-pay wants them with a card that is
  # privacyUri: https://...        # enrolled by itself (enrollkit enroll), where its record names none
  # openApiClientIdHeader: ${provider.openApiClientIdHeader}   # send x-openapi-clientid (the first half of the consumer key)
  # timeoutMs: ${provider.timeoutMs}              # one attempt, from connect to last byte
  # caFile: ca.pem                # certificates to trust instead of the system's
  # clientCertFile: client.pem    # mutual TLS: our certificate, and its key (chmod 600)
  # clientKeyFile: client.key.pem
  # clientKeyPasswordFile: client.pw
  # pinnedKeySha256:              # the only server keys that are accepted; include the next one
  #   - "..."                     # openssl x509 -in server.pem -noout -pubkey | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64

signing:
  # consumerKey: is best given as ENROLLKIT_SIGNING_CONSUMER_KEY,
  ${setting('consumerKeyFile', values.consumerKeyFile, 'consumer-key.txt')}  # or in a file of its own (chmod 600)
  keyFile: ${scalar(values.keyFile)}   # P12, PEM, DER or JWK; readable by you alone (chmod 600)
  # keyAlias: keyalias            # which key of a P12
  ${setting('keyPasswordFile', values.keyPasswordFile, 'signing.pw')}   # or ENROLLKIT_SIGNING_KEY_PASSWORD
  # method: ${signing.method}            # or RSA-PSS

encryption:
  keySetUrl: ${scalar(values.keySetUrl)}   # the provider's FPAN encryption keys (JWK set)
  # cacheFile: ${encryption.cacheFile}  # last good key set, survives an outage
  # keyFile: fpan.pem             # instead of keySetUrl: one key
  # kid: ...                      # use this key of the set and no newer one
  # pinnedKeys:                   # the only keys that card data is sealed to: enrollkit keys adopt adds one
  #   - "..."                     # a JWK thumbprint; compare it with one the provider gives you by telephone
  # maxAgeDays: ${encryption.maxAgeDays}               # a key set that is not confirmed for longer is not used
  # content: ${encryption.content}              # or A256GCM

${optionalSections()}`;
}

/** A setting, or a comment that shows it with an example. */
function setting(name: string, value: string | undefined, example: string): string {
  return value === undefined ? `# ${name}: ${example}` : `${name}: ${scalar(value)}`;
}

/** A text as YAML, in quotes where it would read as something else. */
function scalar(text: string): string {
  return /^[A-Za-z./][\w./:-]*$/.test(text) && !text.endsWith(':') ? text : JSON.stringify(text);
}

/** The family of the API and its ids, and what the other family would need. */
function programmeLines(programme: ProviderProgramme): string {
  if (programme.family === 'credential-directory')
    return `  family: credential-directory   # or click-to-pay, which needs srcClientId and serviceId
  directoryId: ${JSON.stringify(programme.directoryId)}   # the directory, from onboarding`;
  return `  # family: click-to-pay   # or credential-directory, the API for new integrations, which needs directoryId
  # directoryId: "..."     # the directory, from onboarding
  srcClientId: ${programme.srcClientId}   # from onboarding; a UUID in lower case
  serviceId: "${programme.serviceId}"   # the programme, from onboarding`;
}

/** The sections that may be left out. */
function optionalSections(): string {
  const { ledger, notifications, sending, duplicates, changes, limits } = defaults;
  const { poll } = sending;
  return `# ledger:
#   file: ${ledger.file}                 # one SQLite file, on a local disk
#   url: postgres://enrollkit@db.example/enrollkit  # instead: PostgreSQL, for several hosts (docs/many-hosts.md)
#   passwordFile: database.pw                 # or ENROLLKIT_LEDGER_PASSWORD
#   fingerprintKeyFile: ${ledger.fingerprintKeyFile}  # 32 random bytes; made on first use; keep it apart from the ledger's backups
#   stateFolder: /var/lib/enrollkit           # default: $XDG_STATE_HOME/enrollkit or ~/.local/state/enrollkit; elsewhere than the
#                                             # ledger: a mark by which a ledger that went back in time is noticed

# input:
#   format: csv          # or ndjson; guessed from the name and the first bytes when left out
#   delimiter: ","       # found in the header when left out
#   columns:             # your header: Enrollkit's field, or ignore
#     Card Number: pan
#     Customer Id: externalConsumerId
#     Branch: ignore
#   encoding: windows-1252       # or IBM037 and others; found by a byte order mark. docs/input.md has all settings
#   skipFirst: 1                 # lines in front of the header
#   trailer: { starts: TRL, count: 2 }   # the last line, and the column in which it counts the rows
#   expiry: YYMM
#   mobile: national             # numbers without a country code are of the row's country
#   defaults: { language: en }
#   open: gpg -d --batch         # a program that is given the path and writes the input

# sending:
#   batchSize: ${sending.batchSize}           # records a request
#   requestsPerSecond: ${sending.requestsPerSecond}    # agree yours with the provider
#   timeZone: Europe/Berlin                     # whose clock window and rates mean
#   window: [mon-fri 22:00-06:00, sat-sun]      # nothing is sent or polled outside of it; a run waits
#   rates:                                      # other rates at other hours: the first that fits counts
#     - { times: mon-fri 08:00-18:00, requestsPerSecond: 2 }
#   inFlight: ${sending.inFlight}
#   onUnknown: ${sending.onUnknown}          # or resend: only when the provider is known to dedupe externalBatchId
#   backOffMs: ${sending.backOffMs}         # first wait when the provider is down; each next one is twice as long
#   deadlineMs: ${sending.deadlineMs}
#   poll: { firstMs: ${poll.firstMs}, maxMs: ${poll.maxMs}, factor: ${poll.factor}, jitter: ${poll.jitter} }

# duplicates:                # rows that share ... with another consumer or card: reject or warn
#   contact: ${duplicates.contact}          # e-mail and mobile number: they would share a profile and see each other's cards
#   card: ${duplicates.card}             # card number

# changes:                   # what differs from what is enrolled: apply, report or reject
#   enroll: ${changes.enroll}            # cards that are not enrolled
#   contact: ${changes.contact}          # e-mail, mobile number, country, language: updates the profile
#   name: ${changes.name}             # updates the profile
#   billingAddress: ${changes.billingAddress}   # updates the card
#   cardNumber: ${changes.cardNumber}       # enrolls the new card, then deletes the old one
#   expiry: ${changes.expiry}           # likewise
#   remove: ${changes.remove}           # cards that a full extract (run --full) does not have: apply or report
#   replaceOrder: ${changes.replaceOrder}   # or delete-first

# limits:                    # stop, resumable, when more records fail (rejected or refused) than this
#   toleratedCount: 1000
#   toleratedPercent: ${limits.toleratedPercent}      # of the rows, from ${fewestFailed} failed ones on; 100 tolerates any
#   changedPercent: ${limits.changedPercent}       # run asks on a terminal when more of the rows differ from what is enrolled
#   removals: { percent: ${limits.removals.percent} }   # a full extract that lacks more removes nothing; also count: 100

# notifications:             # results that the provider sends by itself (click-to-pay); a poll stays the truth
#   port: 8443                       # received while enrollkit runs, or by enrollkit notifications serve
#   host: ${notifications.host}
#   proof: ${notifications.proof}               # or jws: signed by a key of keySetUrl; or none: only behind a proxy that checks the sender
#   certFile: server.pem             # TLS, with keyFile (chmod 600)
#   keyFile: server.key.pem
#   clientCaFile: provider-ca.pem    # who signs the provider's client certificates, for mutual-tls
#   keySetUrl: https://...           # the provider's payload verification keys, for jws

${outputSections()}`;
}

/** What is written and who is told. */
function outputSections(): string {
  const { output, serve } = defaults;
  return `# output:
#   rejectionsFile: rejections.csv   # default: beside the input, as NAME.rejections.csv
#   logFile: enrollkit.log           # JSON lines; nothing sensitive
#   logLevel: ${output.logLevel}
#   metricsPort: 9464                # while running: http://127.0.0.1:9464/metrics (Prometheus)
#   metricsFile: enrollkit.prom      # the same as a file when the run ends

# onEnd:                     # told when run, resume, retry or worker has ended: docs/operating.md
#   command: [./tell-us.sh, nightly]   # without a shell; the exit code and the sums come on its standard input, as JSON
#   environment: [CHAT_TOKEN]          # variables that it gets beside PATH, HOME and the like
#   webhook: https://alerts.example/enrollkit
#   secretFile: webhook.secret         # signs the webhook's body (chmod 600)
#   timeoutMs: 30000

# serve:                     # enrollkit serve, the console in a browser: docs/console.md
#   host: ${serve.host}          # another address needs tls or behindProxy, and users
#   port: ${serve.port}
#   tls: { certFile: console.pem, keyFile: console.key.pem }
#   behindProxy: false         # true: a proxy speaks TLS and sends X-Forwarded-Proto and X-Forwarded-For
#   publicUrl: https://enrollkit.example    # what people type, where it is not host and port
#   accountsFile: ${serve.accountsFile}   # made by enrollkit users set
#   planFolder: inbox          # files that can be planned in the console without an upload
#   maxUploadMegabytes: ${serve.maxUploadMegabytes}
#   contractReport: contract-report.json    # what contract-gate pull --format json printed last
#   session: { idleMinutes: ${serve.session.idleMinutes}, hours: ${serve.session.hours} }
#   oidc:
#     issuer: https://login.example
#     clientId: enrollkit
#     clientSecretFile: oidc.secret    # or ENROLLKIT_SERVE_OIDC_CLIENT_SECRET; none for a public client
#     name: ${serve.oidc.name}
#     scopes: [${serve.oidc.scopes.join(', ')}]
#     nameClaim: ${serve.oidc.nameClaim}
#     rolesClaim: ${serve.oidc.rolesClaim}
#     roles: { viewer: [finance], operator: [enrollment], admin: [platform] }
`;
}
