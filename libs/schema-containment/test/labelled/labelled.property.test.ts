import { testLabelled } from './labelled.ts';

testLabelled({ pairs: 200, seed: 1, block: 200 });
