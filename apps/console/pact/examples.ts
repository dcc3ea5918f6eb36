/** Answers by example: every field that the pages show, and none that they do not need. */

const environment = {
  label: 'sandbox (sandbox.example)',
  baseUrl: 'https://sandbox.example',
  kind: 'sandbox',
  programme: 'programme-1',
};

/** The session of an operator. */
export const session = {
  user: 'jane',
  role: 'operator',
  csrfToken: 'token',
  expiresAt: '2031-01-01T00:00:00.000Z',
  environment,
  version: '0.1.0',
};

/** The ways to sign in. */
export const signInOptions = { methods: ['password'], environment };

/** The ledger as a whole. */
export const overview = {
  environment,
  ledger: 'file',
  intakes: { reading: 0, ready: 0, settled: 1 },
  unknownBatches: 0,
  registered: 3,
  inDoubt: false,
  auditEvents: 4,
};

/** The process that works on the ledger. */
export const runner = {
  host: 'batch-01',
  pid: 4711,
  command: 'run',
  since: '2031-01-01T00:00:00.000Z',
  heartbeat: '2031-01-01T00:00:00.000Z',
  activity: 'working',
};

const unsent = {
  unchanged: 0,
  changed: 0,
  applied: 0,
  new: 0,
  'in-flight': 0,
  unresolved: 0,
  'refused-before': 0,
  removed: 0,
  'opted-out': 0,
};

/** One intake. */
export const intake = {
  id: 'intake-1',
  fileName: 'cardholders.csv',
  source: '/data/cardholders.csv',
  digest: '0f',
  format: 'csv',
  bytes: 100,
  state: 'settled',
  createdAt: '2031-01-01T00:00:00.000Z',
  environment: 'https://sandbox.example',
  programme: 'programme-1',
  reading: { bytes: 100, rows: 4 },
  sums: {
    rows: 4,
    rejected: 1,
    unsent,
    records: 3,
    enrolled: 2,
    refused: 1,
    abandoned: 0,
    unknown: 0,
    waiting: 0,
    submitted: 0,
    missing: 0,
    batches: { sealed: 0, submitting: 0, submitted: 0, unknown: 0, settled: 1, refused: 0, abandoned: 0 },
    changes: [],
  },
  addsUp: true,
};

/** Outcomes over time. */
export const timeline = {
  bucketSeconds: 1,
  points: [{ at: '2031-01-01T00:00:00.000Z', enrolled: 2, refused: 1, abandoned: 0 }],
};

const batch = {
  id: 1,
  intakeId: 'intake-1',
  generation: 1,
  position: 0,
  externalBatchId: 'batch-1',
  state: 'settled',
  records: 3,
  attempts: 1,
  polls: 1,
};

/** A page of batches. */
export const batches = { items: [batch] };

/** A batch with its intake. */
export const batchDetail = {
  batch,
  intake: { id: 'intake-1', fileName: 'cardholders.csv', state: 'settled' },
  records: { batched: 0, enrolled: 2, refused: 1, abandoned: 0 },
  events: [],
};

/** A batch that waits for a person. */
export const unknownBatch = {
  ...batchDetail,
  batch: { ...batch, state: 'unknown', reason: { code: 'network', message: 'reset' } },
  intake: { ...batchDetail.intake, state: 'ready' },
};

/** A page of records that were refused. */
export const records = {
  items: [
    {
      row: 1,
      line: 2,
      externalConsumerId: 'consumer-1',
      externalCardId: 'card-1',
      maskedPan: '520474******1017',
      state: 'refused',
      batchState: 'settled',
      batchId: 1,
      externalBatchId: 'batch-1',
      generation: 1,
      refusal: { code: 'CARD_NOT_ELIGIBLE', message: 'The card is not eligible', resend: 'later' },
    },
  ],
};

/** Refusals by code. */
export const refusals = {
  refused: 1,
  codes: [{ code: 'CARD_NOT_ELIGIBLE', records: 1, resend: 'later', advice: 'Try again later' }],
};

/** A page of rejected rows. */
export const rejections = {
  items: [
    { row: 3, line: 4, errors: [{ field: 'pan', code: 'PAN_LUHN', message: 'has a wrong check digit' }] },
  ],
};

/** Rejections by code. */
export const rejectionCounts = {
  rejected: 1,
  codes: [{ code: 'PAN_LUHN', rows: 1, advice: 'Correct it at its source' }],
};

/** The history of one cardholder. */
export const history = {
  externalConsumerId: 'consumer-1',
  entries: [{ what: 'refused', externalCardId: 'card-1', code: 'CARD_NOT_ELIGIBLE' }],
  complete: true,
};

/** A page of the audit trail. */
export const audit = {
  items: [
    {
      id: 1,
      at: '2031-01-01T00:00:00.000Z',
      actor: 'jane',
      action: 'run',
      details: [{ label: 'rows' }],
    },
  ],
};

/** Files that can be planned. */
export const plannableFiles = {
  maxUploadBytes: 1000,
  items: [{ fileName: 'in.csv', bytes: 10, modifiedAt: '2031-01-01T00:00:00.000Z' }],
};

/** A plan that was begun. */
export const plan = {
  id: 'p1',
  fileName: 'in.csv',
  stage: 'reading',
  startedAt: '2031-01-01T00:00:00.000Z',
  rowsRead: 0,
};

/** What the last comparison of contracts found. */
export const contractFindings = { state: 'not-configured', findings: [] };

/** A problem, as far as the pages need it. */
export function problem(status: number, code: string): object {
  return { type: 'about:blank', title: 'What was found', status, code, hint: 'What to do' };
}
