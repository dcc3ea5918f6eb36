import { families } from '@enrollkit/enrollment';
import { z } from 'zod';
import { defaults } from './defaults.ts';
import { inputSchema } from './input-schema.ts';
import { sendingTimes } from './sending-times-schema.ts';
import { onEndSchema } from './on-end-schema.ts';
import { serveSchema } from './serve-schema.ts';

const milliseconds = z
  .number()
  .int()
  .min(1)
  .max(7 * 24 * 3_600_000);
const path = z.string().min(1);

/**
 * A secret: never a flag; it comes from a file, from the environment, or (not advised) from the config file.
 */
const secret = z.string().min(1);

/** At least one; in a flag or the environment, separated by commas. */
const list = (entry: z.ZodString) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').map((one) => one.trim()) : value),
    z.array(entry).min(1),
  );

/** The ids of a programme, by the family of the API that has them. */
const programmeIds = {
  'click-to-pay': ['srcClientId', 'serviceId'],
  'credential-directory': ['directoryId'],
} as const;

const method = z.enum(['RSA-SHA256', 'RSA-PSS']).default(defaults.signing.method);

/** The settings of one signing key. */
const signingKey = {
  consumerKey: secret.optional(),
  consumerKeyFile: path.optional(),
  keyFile: path,
  keyAlias: z.string().min(1).optional(),
  keyPassword: secret.optional(),
  keyPasswordFile: path.optional(),
};

const changeRule = z.enum(['apply', 'report', 'reject']);

/** The config file, section by section. Unknown keys are errors. Paths are relative to the file. */
export const configSchema = z.strictObject({
  /** Production must be asked for by name. */
  environment: z.enum(['sandbox', 'production']).optional(),
  provider: z
    .strictObject({
      /** Which generation of the API. The ids of the other one may stay in the file. */
      family: z.enum(families).default(defaults.provider.family),
      baseUrl: z.url({ protocol: /^https?$/ }),
      srcClientId: z
        .string()
        .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'must be a UUID in lower case')
        .optional(),
      serviceId: z
        .string()
        .regex(/^[0-9a-zA-Z#_-]{1,255}$/, 'must be 1 to 255 of 0-9 a-z A-Z # _ -')
        .optional(),
      directoryId: z
        .string()
        .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 printable characters without spaces')
        .optional(),
      /**
       * The provider's terms and privacy notice, for a single card whose record names none (`click-to-pay`).
       */
      termsUri: z.url({ protocol: /^https?$/ }).optional(),
      privacyUri: z.url({ protocol: /^https?$/ }).optional(),
      openApiClientIdHeader: z.boolean().default(defaults.provider.openApiClientIdHeader),
      timeoutMs: milliseconds.default(defaults.provider.timeoutMs),
      caFile: path.optional(),
      /** For mutual TLS: our certificate and its key, PEM. */
      clientCertFile: path.optional(),
      clientKeyFile: path.optional(),
      clientKeyPassword: secret.optional(),
      clientKeyPasswordFile: path.optional(),
      /**
       * The only server keys that are accepted (RFC 7469 section 2.4); in a flag or the environment,
       * separated by commas.
       */
      pinnedKeySha256: list(
        z.string().regex(/^[A-Za-z0-9+/]{43}=$/, 'must be the base64 of a SHA-256: 44 characters'),
      ).optional(),
    })
    .refine((value) => (value.clientCertFile === undefined) === (value.clientKeyFile === undefined), {
      path: ['clientCertFile'],
      message: 'needs clientKeyFile beside it, and vice versa',
    })
    .superRefine((value, { addIssue }) => {
      for (const id of programmeIds[value.family])
        if (value[id] === undefined)
          addIssue({
            code: 'custom',
            path: [id],
            message: `is required for provider.family ${value.family}`,
          });
    }),
  signing: z
    .strictObject({
      ...signingKey,
      method,
      /**
       * The replaced key, and since when it signs nothing new; written by `enrollkit keys rotate`, read by
       * `keys list` only.
       */
      previous: z.strictObject({ ...signingKey, replacedAt: z.iso.datetime() }).optional(),
    })
    .refine((value) => (value.consumerKey === undefined) !== (value.consumerKeyFile === undefined), {
      path: ['consumerKey'],
      message: 'needs either consumerKey or consumerKeyFile, not both',
    }),
  encryption: z
    .strictObject({
      keySetUrl: z.url({ protocol: /^https?$/ }).optional(),
      keyFile: path.optional(),
      cacheFile: path.default(defaults.encryption.cacheFile),
      kid: z.string().min(1).optional(),
      /**
       * The only keys that card data is sealed to, by JWK thumbprint or SHA-256 of the public key; several
       * for a rotation.
       */
      pinnedKeys: list(
        z
          .string()
          .regex(
            /^(?:[\da-fA-F]{64}|[\w+/-]{43}=?)$/,
            'must be a JWK thumbprint (43 characters) or the SHA-256 of the public key in hex or base64',
          ),
      ).optional(),
      /** A key set that its address has not confirmed for longer than this is not used. */
      maxAgeDays: z.number().min(0.01).max(3650).default(defaults.encryption.maxAgeDays),
      content: z.enum(['A128GCM', 'A256GCM']).default(defaults.encryption.content),
    })
    .refine(
      (value) => (value.keySetUrl === undefined) !== (value.keyFile === undefined),
      'needs either keySetUrl or keyFile, not both',
    ),
  ledger: z
    .strictObject({
      file: path.default(defaults.ledger.file),
      /** A PostgreSQL database instead of the file, for several hosts. */
      url: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
      password: secret.optional(),
      passwordFile: path.optional(),
      fingerprintKey: secret.optional(),
      fingerprintKeyFile: path.default(defaults.ledger.fingerprintKeyFile),
      /** Where the ledger's high-water mark is kept, outside the ledger's own folder. */
      stateFolder: path.optional(),
    })
    .prefault({}),
  input: inputSchema,
  sending: z
    .strictObject({
      batchSize: z.number().int().min(1).max(10_000).default(defaults.sending.batchSize),
      requestsPerSecond: z.number().min(0.01).max(100_000).default(defaults.sending.requestsPerSecond),
      ...sendingTimes,
      inFlight: z.number().int().min(1).max(256).default(defaults.sending.inFlight),
      onUnknown: z.enum(['hold', 'resend']).default(defaults.sending.onUnknown),
      deadlineMs: milliseconds.default(defaults.sending.deadlineMs),
      backOffMs: milliseconds.default(defaults.sending.backOffMs),
      poll: z
        .strictObject({
          firstMs: milliseconds.default(defaults.sending.poll.firstMs),
          maxMs: milliseconds.default(defaults.sending.poll.maxMs),
          factor: z.number().min(1).max(10).default(defaults.sending.poll.factor),
          jitter: z.number().min(0).max(1).default(defaults.sending.poll.jitter),
        })
        .prefault({}),
    })
    .refine(({ timeZone, window, rates }) => timeZone !== undefined || (window ?? rates) === undefined, {
      path: ['timeZone'],
      message: 'is required beside window and rates: as Europe/Berlin',
    })
    .prefault({}),
  /**
   * What becomes of rows that share an e-mail and mobile number, or a card number, with another consumer or
   * card.
   */
  duplicates: z
    .strictObject({
      contact: z.enum(['reject', 'warn']).default(defaults.duplicates.contact),
      card: z.enum(['reject', 'warn']).default(defaults.duplicates.card),
    })
    .prefault({}),
  /** What happens with each kind of difference between a file and what is enrolled. */
  changes: z
    .strictObject({
      enroll: changeRule.default(defaults.changes.enroll),
      /** E-mail, mobile number, country and language. */
      contact: changeRule.default(defaults.changes.contact),
      name: changeRule.default(defaults.changes.name),
      billingAddress: changeRule.default(defaults.changes.billingAddress),
      cardNumber: changeRule.default(defaults.changes.cardNumber),
      expiry: changeRule.default(defaults.changes.expiry),
      /** Cards that a full extract does not have. */
      remove: z.enum(['apply', 'report']).default(defaults.changes.remove),
      replaceOrder: z.enum(['enroll-first', 'delete-first']).default(defaults.changes.replaceOrder),
    })
    .prefault({}),
  limits: z
    .strictObject({
      /** Records that may fail (rejected or refused) before the run stops, resumable. */
      toleratedCount: z.number().int().min(0).optional(),
      /** Share of the rows; 100 tolerates any. */
      toleratedPercent: z.number().min(0).max(100).default(defaults.limits.toleratedPercent),
      /** Share of the rows that may differ from what was enrolled before `run` asks on a terminal. */
      changedPercent: z.number().min(0).max(100).default(defaults.limits.changedPercent),
      /**
       * Cards that a full extract may lack for them to be removed without a person's word: the smaller one
       * counts.
       */
      removals: z
        .strictObject({
          count: z.number().int().min(0).optional(),
          percent: z.number().min(0).max(100).default(defaults.limits.removals.percent),
        })
        .prefault({}),
    })
    .prefault({}),
  /**
   * Where the provider sends results to, and what proves that they are its own. Without a port nothing is
   * received.
   */
  notifications: z
    .strictObject({
      port: z.number().int().min(1).max(65_535).optional(),
      host: z.string().min(1).default(defaults.notifications.host),
      proof: z.enum(['mutual-tls', 'jws', 'none']).default(defaults.notifications.proof),
      certFile: path.optional(),
      keyFile: path.optional(),
      /** Whose client certificates are accepted. */
      clientCaFile: path.optional(),
      /** The keys that verify a JWS around the body (JWK set). */
      keySetUrl: z.url({ protocol: /^https?$/ }).optional(),
    })
    .refine(
      (value) => value.port === undefined || value.proof !== 'mutual-tls' || value.clientCaFile !== undefined,
      {
        path: ['clientCaFile'],
        message: 'is required for proof mutual-tls, with certFile and keyFile',
      },
    )
    .refine((value) => value.port === undefined || value.proof !== 'jws' || value.keySetUrl !== undefined, {
      path: ['keySetUrl'],
      message: 'is required for proof jws',
    })
    .refine((value) => (value.certFile === undefined) === (value.keyFile === undefined), {
      path: ['certFile'],
      message: 'needs keyFile beside it, and vice versa',
    })
    .refine((value) => value.clientCaFile === undefined || value.certFile !== undefined, {
      path: ['certFile'],
      message: 'is required beside clientCaFile',
    })
    .prefault({}),
  output: z
    .strictObject({
      rejectionsFile: path.optional(),
      logFile: path.optional(),
      /** Of 127.0.0.1. */
      metricsPort: z.number().int().min(1).max(65_535).optional(),
      metricsFile: path.optional(),
      logLevel: z.enum(['debug', 'info', 'warn', 'error']).default(defaults.output.logLevel),
    })
    .prefault({}),
  /** Who is told when a run, resume, retry or worker has ended. */
  onEnd: onEndSchema.optional(),
  /** The console: where it is, and who may use it. */
  serve: serveSchema,
});

/** The sections that reading a file needs. */
export const inputConfigSchema = configSchema.pick({
  environment: true,
  input: true,
  sending: true,
  duplicates: true,
  limits: true,
});

/** A checked configuration with every default filled in. */
export type Config = z.infer<typeof configSchema>;
