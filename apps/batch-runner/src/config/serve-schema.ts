import { z } from 'zod';
import { defaults } from './defaults.ts';

const path = z.string().min(1);

/** Whether only this machine reaches what listens on `host`. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** Groups or other values of a claim; in a flag or the environment, separated by commas. */
const claimValues = z
  .preprocess(
    (value) => (typeof value === 'string' ? value.split(',').map((one) => one.trim()) : value),
    z.array(z.string().min(1)),
  )
  .default([]);

const httpsOrLoopback = z.url({ protocol: /^https?$/ }).refine((text) => {
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || isLoopback(hostname.replace(/^\[|\]$/g, ''));
}, 'must begin with https://; http:// is for this machine itself (localhost, 127.0.0.1)');

/** Who signs in at an identity provider, and what role each gets. */
const oidcSchema = z
  .strictObject({
    issuer: httpsOrLoopback,
    clientId: z.string().min(1),
    clientSecret: z.string().min(1).optional(),
    clientSecretFile: path.optional(),
    /** What the identity provider is called on the button. */
    name: z.string().min(1).max(60).default(defaults.serve.oidc.name),
    scopes: claimValues.default([...defaults.serve.oidc.scopes]),
    /** The claim of the ID token that the audit trail names a person by. */
    nameClaim: z.string().min(1).default(defaults.serve.oidc.nameClaim),
    /** The claim whose values give the role. */
    rolesClaim: z.string().min(1).default(defaults.serve.oidc.rolesClaim),
    /** Values of that claim by role; who has none of them is refused, who has several gets the highest. */
    roles: z
      .strictObject({ viewer: claimValues, operator: claimValues, admin: claimValues })
      .refine(({ viewer, operator, admin }) => viewer.length + operator.length + admin.length > 0, {
        message: 'names no value of the claim: nobody could sign in',
      }),
  })
  .refine((value) => value.clientSecret === undefined || value.clientSecretFile === undefined, {
    path: ['clientSecret'],
    message: 'needs either clientSecret or clientSecretFile, not both',
  });

/** The section `serve`: where the console is, and who may use it. */
export const serveSchema = z
  .strictObject({
    host: z.string().min(1).default(defaults.serve.host),
    port: z.number().int().min(0).max(65_535).default(defaults.serve.port),
    /** The certificate of the server (with those between it and the root) and its key, PEM. */
    tls: z.strictObject({ certFile: path, keyFile: path }).optional(),
    /** A proxy in front of it speaks TLS, and says so in `X-Forwarded-Proto`. */
    behindProxy: z.boolean().default(false),
    /** What people type to reach it, where that is not `host` and `port`. */
    publicUrl: z
      .url({ protocol: /^https$/ })
      .refine(
        (text) => new URL(text).pathname === '/' && !/[?#]/.test(text),
        'must be an origin: scheme, host and port only',
      )
      .optional(),
    /** Local accounts; made by `enrollkit users set`. */
    accountsFile: path.default(defaults.serve.accountsFile),
    oidc: oidcSchema.optional(),
    /** The folder whose files can be planned in the console. */
    planFolder: path.optional(),
    /** The largest file that can be uploaded to be planned. */
    maxUploadMegabytes: z
      .number()
      .int()
      .min(1)
      .max(64 * 1024)
      .default(defaults.serve.maxUploadMegabytes),
    /** What `contract-gate pull --format json` printed last. */
    contractReport: path.optional(),
    session: z
      .strictObject({
        /** Ends when nobody has done anything for so long. */
        idleMinutes: z
          .number()
          .min(1)
          .max(24 * 60)
          .default(defaults.serve.session.idleMinutes),
        /** Ends in any case. */
        hours: z.number().min(0.1).max(24).default(defaults.serve.session.hours),
      })
      .prefault({}),
  })
  .refine((value) => isLoopback(value.host) || value.tls !== undefined || value.behindProxy, {
    path: ['host'],
    message: 'is reached by other machines: set serve.tls, or serve.behindProxy where a proxy speaks TLS',
  })
  .refine((value) => !value.behindProxy || value.publicUrl !== undefined, {
    path: ['publicUrl'],
    message: 'is required beside behindProxy: the https:// address that people type',
  })
  .refine((value) => value.publicUrl === undefined || value.behindProxy || value.tls !== undefined, {
    path: ['publicUrl'],
    message: 'begins with https://, and needs serve.tls or serve.behindProxy',
  })
  .prefault({});

/** A checked section `serve`. */
export type ServeConfig = z.infer<typeof serveSchema>;
