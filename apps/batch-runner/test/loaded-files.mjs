// Given to node by --import: says at the end which files were loaded, on file descriptor 2.
import { registerHooks } from 'node:module';

const loaded = [];
registerHooks({
  load(url, context, next) {
    if (url.startsWith('file:')) loaded.push(url);
    return next(url, context);
  },
});
process.on('exit', () => process.stderr.write(`${JSON.stringify(loaded)}\n`));
