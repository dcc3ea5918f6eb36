import { testMeshes } from './mesh-differential.ts';

testMeshes({ runs: 4, seed: 1, timeoutMs: 60_000 });
