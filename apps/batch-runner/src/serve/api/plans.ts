import { readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { defined } from '@enrollkit/base';
import type { PlannableFile, PlannableFiles } from '@enrollkit/contract/runner';
import type { ConsoleContext } from '../console-context.ts';
import { ServeError } from '../errors.ts';
import type { Handlers } from '../operation.ts';
import { receiveUpload } from '../plans/upload.ts';

/** Files that are listed, the first by name. */
const LISTED = 1000;

/** Plans of an uploaded file, or of one in the configured folder. */
export function planHandlers({
  loaded: { config, folder },
  plans,
}: ConsoleContext): Handlers<'listPlannableFiles' | 'planUpload' | 'planFile' | 'getPlan' | 'discardPlan'> {
  const { planFolder } = config.serve;
  const inbox = planFolder === undefined ? undefined : resolve(folder, planFolder);
  const maxBytes = maxUploadBytes(config.serve);
  return {
    listPlannableFiles: async () => ({
      status: 200,
      body: defined<PlannableFiles>({
        folder: planFolder,
        maxUploadBytes: maxBytes,
        items: inbox === undefined ? [] : await filesIn(inbox),
      }),
    }),
    planUpload: async ({ query: { fileName, again = false, full = false }, request }) => {
      const { path, remove } = await plans.withPlace(() =>
        receiveUpload(request.body, { fileName, maxBytes }),
      );
      try {
        return { status: 202, body: plans.begin({ fileName, path, again, full, done: remove }) };
      } catch (error) {
        remove();
        throw error;
      }
    },
    planFile: async ({ body: { fileName, again = false, full = false } }) => {
      const path = await fileIn(inbox, fileName);
      return { status: 202, body: plans.begin({ fileName, path, again, full, done: () => undefined }) };
    },
    getPlan: async ({ path: { planId } }) => ({ status: 200, body: plans.find(planId) }),
    discardPlan: async ({ path: { planId } }) => {
      plans.discard(planId);
      return { status: 204, body: undefined };
    },
  };
}

/** The largest file that can be uploaded, in bytes. */
export function maxUploadBytes({ maxUploadMegabytes }: { readonly maxUploadMegabytes: number }): number {
  return maxUploadMegabytes * 1024 * 1024;
}

async function filesIn(inbox: string): Promise<PlannableFile[]> {
  const entries = await readdir(inbox, { withFileTypes: true }).catch(() => []);
  const names = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map(({ name }) => name);
  const files: PlannableFile[] = [];
  for (const fileName of names.sort().slice(0, LISTED)) {
    const found = await stat(join(inbox, fileName)).catch(() => undefined);
    if (found !== undefined)
      files.push({ fileName, bytes: found.size, modifiedAt: found.mtime.toISOString() });
  }
  return files;
}

/** A file of the folder itself: no other one, however its name is written and wherever a link leads. */
async function fileIn(inbox: string | undefined, fileName: string): Promise<string> {
  const unknown = new ServeError('file-unknown', `The folder of files to plan has no ${fileName}`, {
    hint: inbox === undefined ? 'serve.planFolder names the folder' : 'look at the list of files',
  });
  if (inbox === undefined || fileName.startsWith('.')) throw unknown;
  const path = await realpath(join(inbox, fileName)).catch(() => undefined);
  if (path !== join(await realpath(inbox), fileName) || !(await stat(path)).isFile()) throw unknown;
  return path;
}
