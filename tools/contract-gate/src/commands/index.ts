import type { Command } from './command.ts';
import { diffCommand } from './diff.ts';
import { generateCommand } from './generate.ts';
import { lintCommand } from './lint.ts';
import { versionCommand } from './version.ts';
import { verifyCommand } from './verify.ts';
import { viewCommand } from './view.ts';

/** Every command of `contract-gate`. A new one is one file and one line here. */
export const commands: readonly Command[] = [diffCommand, generateCommand, lintCommand, verifyCommand, versionCommand, viewCommand];
