import type { Command } from './command.ts';
import { generateCommand } from './generate.ts';
import { lintCommand } from './lint.ts';
import { viewCommand } from './view.ts';

/** Every command of `contract-gate`. A new one is one file and one line here. */
export const commands: readonly Command[] = [generateCommand, lintCommand, viewCommand];
