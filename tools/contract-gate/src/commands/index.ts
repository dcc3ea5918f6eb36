import type { Command } from './command.ts';
import { assumptionsCommand } from './assumptions.ts';
import { canIDeployCommand } from './can-i-deploy.ts';
import { checkCommand } from './check.ts';
import { diffCommand } from './diff.ts';
import { generateCommand } from './generate.ts';
import { impactCommand } from './impact.ts';
import { lintCommand } from './lint.ts';
import { pullCommand } from './pull.ts';
import { recordCommand } from './record.ts';
import { relianceCommand } from './reliance.ts';
import { verifyCommand } from './verify.ts';
import { versionCommand } from './version.ts';
import { viewCommand } from './view.ts';

/** Every command of `contract-gate`. A new one is one file and one line here. */
export const commands: readonly Command[] = [
  assumptionsCommand,
  canIDeployCommand,
  checkCommand,
  diffCommand,
  generateCommand,
  impactCommand,
  lintCommand,
  pullCommand,
  recordCommand,
  relianceCommand,
  verifyCommand,
  versionCommand,
  viewCommand,
];
