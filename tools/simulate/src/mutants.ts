/** A bug, as a change of one fragment of the product's source. */
export interface Mutant {
  /** From the root of the repository. */
  readonly file: string;
  /** Must stand in the file exactly once. */
  readonly fragment: string;
  readonly instead: string;
}

/** Costly bugs; the simulation must find each of them. */
export const mutants = {
  'intent-after-request': {
    file: 'libs/pipeline/src/send/attempt.ts',
    fragment: `  await recordIntent(current, context);
  if (`,
    instead: `  const answer = await context.provider.submit(current.body);
  await recordIntent(current, context);
  context = { ...context, provider: { ...context.provider, submit: async () => answer } };
  if (`,
  },
  'receipt-lost': {
    file: 'libs/ledger/src/sql/submissions.ts',
    fragment: 'set: { provider_batch_id: providerBatchId,',
    instead: 'set: { provider_batch_id: null,',
  },
  'retry-under-old-id': {
    file: 'libs/pipeline/src/load/identity.ts',
    fragment: '\\n${generation}',
    instead: '',
  },
  'results-by-order': {
    file: 'libs/ledger/src/sql/settlements.ts',
    fragment: 'const outcome = left.get(key);',
    instead: 'const outcome = outcomes[records.indexOf(record)];',
  },
  'limiter-restarted': {
    file: 'libs/pipeline/src/send/limiter.ts',
    fragment: 'const pausedFor = await this.#ledger.pausedForMs();',
    instead: 'const pausedFor = 0;',
  },
  'retry-after-ignored': {
    file: 'libs/pipeline/src/send/limiter.ts',
    fragment: 'this.#nextSlot = Math.max(this.#nextSlot ?? 0, this.#clock.monotonic() + ms);',
    instead: '',
  },
  'position-before-records': {
    file: 'libs/ledger/src/sql/loading.ts',
    fragment: '    await addBatch(db, intake.number, batch);',
    instead:
      "    for (const step of ['commit', 'begin immediate', 'savepoint change']) await sql.raw(step).execute(db);\n    await addBatch(db, intake.number, batch);",
  },
  'unknown-sent-again': {
    file: 'libs/pipeline/src/send/unknown.ts',
    fragment: `settings.onUnknown === 'resend' && reason`,
    instead: 'reason',
  },
  'records-without-result-dropped': {
    file: 'libs/ledger/src/sql/settlements.ts',
    fragment: 'outcome ?? resultMissing',
    instead: 'outcome ?? null',
  },
  'missing-result-retried': {
    file: 'libs/pipeline/src/load/refusal.ts',
    fragment: `return code !== 'RESULT_MISSING';`,
    instead: `return code !== '';`,
  },
  'gives-up-by-polls': {
    file: 'libs/pipeline/src/reconcile/settle.ts',
    fragment: 'batch.incomplete < MAX_INCOMPLETE_POLLS',
    instead: 'batch.polls < MAX_INCOMPLETE_POLLS',
  },
  'settled-while-a-batch-is-open': {
    file: 'libs/pipeline/src/changes/stage.ts',
    fragment: 'batches.unknown > 0 || openChanges(changes) > 0',
    instead: 'openChanges(changes) > 0',
  },
  'resumed-behind-the-open-batch': {
    file: 'libs/pipeline/src/load/batch.ts',
    fragment: 'this.#batcher.openFrom ?? row.place',
    instead: 'row.place',
  },
  'duplicates-skipped-after-a-crash': {
    file: 'libs/pipeline/src/load/load.ts',
    fragment: `  await withdrawRows(context, source);
  // Not ready`,
    instead: `  if (source.intake.position.rows === 0) await withdrawRows(context, source);
  // Not ready`,
  },
  'sealed-anew-under-another-id': {
    file: 'libs/pipeline/src/send/reseal.ts',
    fragment: 'externalBatchId: batch.externalBatchId,\n    records:',
    instead: 'externalBatchId: batch.externalBatchId.toUpperCase(),\n    records:',
  },
  'ended-too-early': {
    file: 'libs/pipeline/src/run/single.ts',
    fragment: `return alone ? { kind: 'idle' } : undefined;`,
    instead: `return { kind: 'idle' };`,
  },
  'card-number-in-clear': {
    file: 'libs/pipeline/src/load/prepare/texts.ts',
    fragment: 'maskedPan: maskPan(pan)',
    instead: 'maskedPan: pan',
  },
  'late-request-sent': {
    file: 'libs/pipeline/src/send/attempt.ts',
    fragment: 'clock.now() - at) <= LATEST_DEPARTURE_MS',
    instead: 'clock.now() - at) <= Infinity',
  },
  'register-not-looked-up': {
    file: 'libs/pipeline/src/load/compare.ts',
    fragment: 'const verdicts = verdictsOf(found, records, context);',
    instead:
      'const verdicts = verdictsOf({ ...found, hits: [], unchanged: [], unchangedBy: {} }, records, context);',
  },
  'claims-of-others-ignored': {
    file: 'libs/ledger/src/sql/register/claims.ts',
    fragment: 'where claim.intake <> ${intake.number}\n      union',
    instead: 'where claim.intake < 0\n      union',
  },
  'outcomes-not-merged': {
    file: 'libs/ledger/src/sql/register/entries.ts',
    fragment: 'await this.#upsert(db, dialect, portion);',
    instead: '',
  },
  'epoch-not-raised': {
    file: 'libs/ledger/src/sql/register/merge.ts',
    fragment: ".set((eb) => ({ epoch: eb('epoch', '+', 1) }))",
    instead: ".set((eb) => ({ epoch: eb('epoch', '+', 0) }))",
  },
  'digests-of-another-record': {
    file: 'libs/ledger/src/sql/register/entries.ts',
    fragment: 'copySlot({ words: digests, slot: index }, { words: this.#digests',
    instead: 'copySlot({ words: digests, slot: 0 }, { words: this.#digests',
  },
  'retry-without-the-register': {
    file: 'libs/pipeline/src/load/retry.ts',
    fragment: 'records.filter((_, index) => !taken.has(index))',
    instead: 'records.filter((_, index) => index >= 0 || taken.has(index))',
  },
  'key-without-the-consumer': {
    file: 'libs/pipeline/src/load/digests.ts',
    fragment:
      'const consumer = this.#programme + measured(externalConsumerId); put(keys, { at, bytes: CONSUMER_KEY_BYTES }, hashed(consumer));',
    instead:
      "const consumer = this.#programme + measured('');\n    put(keys, { at, bytes: CONSUMER_KEY_BYTES }, hashed(consumer));",
  },
  'fence-not-compared': {
    file: 'libs/ledger/src/sql/lock.ts',
    fragment: 'if (row.fence === held.fence) return',
    instead: 'if (row.fence >= held.fence) return',
  },
} as const satisfies Readonly<Record<string, Mutant>>;
