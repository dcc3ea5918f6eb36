/** The provider's error bodies, in all the spellings the reference has. */

interface Detail {
  readonly reason?: string | null;
  readonly source?: string;
  readonly sourceType?: string;
  readonly message?: string;
}

export const batchDetail = (reason: string): Detail => ({
  reason,
  source: 'externalBatchID',
  sourceType: 'BODY',
});
export const clientDetail: Detail = {
  reason: 'INVALID_VALUE',
  source: 'srcClientId',
  sourceType: 'BODY',
  message: 'is not known',
};

/** E1: the current shape. */
export function e1(status: number, reason: string, errordetail?: readonly Detail[] | null) {
  return {
    status,
    reason,
    message: `because of ${reason}`,
    ...(errordetail === undefined ? {} : { errordetail }),
  };
}

/** E2: the shape of the synchronous API's examples. */
export function e2(code: number, status: string, details?: readonly Detail[] | null) {
  return { code, status, message: `because of ${status}`, ...(details === undefined ? {} : { details }) };
}

const entry = (ReasonCode: string, Recoverable: boolean, Description = `because of ${ReasonCode}`) => ({
  Source: 'Gateway',
  ReasonCode,
  Description,
  Recoverable,
  Details: null,
});

/** E3: the gateway's. */
export const e3 = (reason: string, recoverable = false, description?: string) => ({
  Errors: { Error: [entry(reason, recoverable, description)] },
});

/** E3 as the issuer error page prints it. */
export const e3List = (reason: string, recoverable = false) => ({
  Errors: [{ Error: entry(reason, recoverable) }],
});
