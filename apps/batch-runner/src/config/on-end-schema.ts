import { z } from 'zod';
import { command } from './command-schema.ts';

/** Names that a URL's host may have for this machine itself. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

const webhook = z.url({ protocol: /^https?$/ }).refine((text) => {
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || LOOPBACK.test(hostname);
}, 'must begin with https://; http:// is for this machine itself (localhost, 127.0.0.1)');

/** The section `onEnd`: who is told when a run, resume, retry or worker has ended. */
export const onEndSchema = z
  .strictObject({
    /** A program and its arguments; no shell takes part. */
    command: command.optional(),
    /** Names of variables that the program gets beside those that every program needs. */
    environment: z
      .array(
        z
          .string()
          .regex(
            /^(?!ENROLLKIT_)[A-Za-z_]\w*$/,
            'must be the name of a variable, and none of Enrollkit (ENROLLKIT_...)',
          ),
      )
      .default([]),
    webhook: webhook.optional(),
    /** What signs the webhook's body. */
    secretFile: z.string().min(1).optional(),
    timeoutMs: z.number().int().min(1).max(3_600_000).default(30_000),
  })
  .refine((value) => value.command !== undefined || value.webhook !== undefined, {
    path: ['command'],
    message: 'needs a command, a webhook or both',
  })
  .refine((value) => (value.webhook === undefined) === (value.secretFile === undefined), {
    path: ['secretFile'],
    message: 'is required beside webhook, and is for nothing else',
  });

/** A checked section `onEnd`. */
export type OnEndConfig = z.infer<typeof onEndSchema>;
