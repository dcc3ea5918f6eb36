/** Which of the provider's environments the template points at (reference: servers and key addresses). */
export interface TemplateValues {
  readonly baseUrl: string;
  readonly keySetUrl: string;
  readonly srcClientId: string;
  readonly serviceId: string;
  readonly keyFile: string;
}

/** What `enrollkit init` starts from: the sandbox. */
export const sandboxValues: TemplateValues = {
  baseUrl: 'https://sandbox.api.mastercard.com/src/api/digital/payments',
  keySetUrl: 'https://sandbox.src.mastercard.com/keys/mcs/fpanEncryption',
  srcClientId: '00000000-0000-0000-0000-000000000000',
  serviceId: 'SRC',
  keyFile: 'signing.p12',
};

/** The commented config file. Every line that is commented out shows the default. */
export function configTemplate(values: TemplateValues): string {
  return `# Enrollkit configuration. Paths are relative to this file.
# Every setting may also be an environment variable: sending.batchSize is ENROLLKIT_SENDING_BATCH_SIZE;
# or, except for secrets, a flag: --set sending.batchSize=100. Flags win over the environment, the environment over this file.

provider:
  baseUrl: ${values.baseUrl}
  srcClientId: ${values.srcClientId}   # from onboarding; a UUID in lower case
  serviceId: "${values.serviceId}"   # the programme, from onboarding
  # openApiClientIdHeader: true   # send x-openapi-clientid (the first half of the consumer key)
  # timeoutMs: 60000              # one attempt, from connect to last byte
  # caFile: ca.pem                # certificates to trust instead of the system's
  # clientCertFile: client.pem    # mutual TLS: our certificate, and its key (chmod 600)
  # clientKeyFile: client.key.pem
  # clientKeyPasswordFile: client.pw
  # pinnedKeySha256:              # the server's keys that alone are accepted; keep the next one in, too
  #   - "..."                     # openssl x509 -in server.pem -noout -pubkey | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64

signing:
  # consumerKey: is best given as ENROLLKIT_SIGNING_CONSUMER_KEY,
  # consumerKeyFile: consumer-key.txt  # or in a file of its own (chmod 600)
  keyFile: ${values.keyFile}   # P12, PEM, DER or JWK; readable by you alone (chmod 600)
  # keyAlias: keyalias            # which key of a P12
  # keyPasswordFile: signing.pw   # or ENROLLKIT_SIGNING_KEY_PASSWORD
  # method: RSA-SHA256            # or RSA-PSS

encryption:
  keySetUrl: ${values.keySetUrl}   # the provider's FPAN encryption keys (JWK set)
  # cacheFile: enrollkit.keys.json  # last good key set, survives an outage
  # keyFile: fpan.pem             # instead of keySetUrl: one key
  # kid: ...                      # pin one key of the set
  # content: A128GCM              # or A256GCM

# ledger:
#   file: enrollkit.ledger.db                 # one SQLite file, on a local disk
#   url: postgres://enrollkit@db.example/enrollkit  # instead: PostgreSQL, for several hosts (docs/many-hosts.md)
#   passwordFile: database.pw                 # or ENROLLKIT_LEDGER_PASSWORD
#   fingerprintKeyFile: enrollkit.fingerprint.key  # 32 random bytes; made on first use; keep it apart from the ledger's backups

# input:
#   format: csv          # or ndjson; guessed from the name and the first bytes when left out
#   delimiter: ","       # found in the header when left out
#   columns:             # your header: Enrollkit's field, or ignore
#     Card Number: pan
#     Customer Id: externalConsumerId
#     Branch: ignore

# sending:
#   batchSize: 250           # records a request
#   requestsPerSecond: 10    # agree yours with the provider
#   inFlight: 8
#   onUnknown: hold          # or resend: only when the provider is known to dedupe externalBatchId
#   backOffMs: 10000         # how long a provider that is down is left alone at first; then twice as long each time
#   deadlineMs: 86400000
#   poll: { firstMs: 30000, maxMs: 900000, factor: 2, jitter: 0.2 }

# limits:                    # stop, resumable, when more records fail than this
#   toleratedCount: 1000
#   toleratedPercent: 5

# output:
#   rejectionsFile: rejections.csv   # default: beside the input, as NAME.rejections.csv
#   logFile: enrollkit.log           # JSON lines; nothing sensitive
#   logLevel: info
#   metricsPort: 9464                # while running: http://127.0.0.1:9464/metrics (Prometheus)
#   metricsFile: enrollkit.prom      # the same as a file when the run ends
`;
}
