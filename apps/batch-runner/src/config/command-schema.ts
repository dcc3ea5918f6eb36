import { z } from 'zod';

/** A program and its arguments, divided by spaces; quotes keep spaces, and no shell takes part. */
export const command = z.preprocess(
  (value) =>
    typeof value === 'string'
      ? [...value.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
          ([, one, other, plain]) => one ?? other ?? plain ?? '',
        )
      : value,
  z.array(z.string()).min(1),
);
