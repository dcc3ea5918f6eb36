import { join } from 'node:path';
import { build } from 'vitepress';
import { assemble, content } from './content.ts';
import { writeReference } from './reference.ts';

// Builds the site into .work/site/.vitepress/dist; a dead link fails the build.
assemble();
await writeReference();
await build(content);
process.stdout.write(`the site is in ${join(content, '.vitepress', 'dist')}\n`);
