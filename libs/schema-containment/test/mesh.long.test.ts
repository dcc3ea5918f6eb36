import { testMeshes } from './mesh-differential.ts';

testMeshes({ runs: 40, seed: 1000, timeoutMs: 1_200_000 });
