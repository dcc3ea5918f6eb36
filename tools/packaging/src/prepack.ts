import { relative } from 'node:path';
import { build } from './build.ts';
import { root } from './packages.ts';

// Runs in a package's folder before `npm pack` and `npm publish`: builds it with what it depends on, adds the
// licence.
build([relative(root, process.cwd())]);
