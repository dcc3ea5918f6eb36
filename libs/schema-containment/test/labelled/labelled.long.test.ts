import { testLabelled } from './labelled.ts';

testLabelled({
  pairs: Number(process.env['CONTAINMENT_PAIRS'] ?? 3000),
  seed: Number(process.env['CONTAINMENT_SEED'] ?? 100_000),
  block: 500,
});
