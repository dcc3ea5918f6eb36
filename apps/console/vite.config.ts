import { join } from 'node:path';
import { partRules, tokens } from '@enrollkit/look';
import { defaultClientConditions, defineConfig, type Plugin } from 'vite';

/**
 * The stylesheet that the console shares with the HTML report: the console imports it as `look.css`, a
 * file that exists in no folder.
 */
function look(): Plugin {
  const id = '/__look.css';
  return {
    name: 'enrollkit-look',
    resolveId: (source) => (source.endsWith('/look.css') ? id : undefined),
    load: (source) => (source === id ? tokens + partRules : undefined),
  };
}

const served = 'http://127.0.0.1:8420';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [look()],
  resolve: { conditions: ['@enrollkit/source', ...defaultClientConditions] },
  // The policy of the page allows scripts, styles and images of the server's own, and nothing inline.
  build: {
    outDir: join(import.meta.dirname, 'dist'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: { fileName: 'licences.md' },
    reportCompressedSize: false,
    rolldownOptions: {
      // Packages mark their modules for servers that render, of which there is none here.
      onLog: (level, log, handle) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log);
      },
    },
  },
  // Developed against `enrollkit serve` on its default port, which answers requests of its own origin only.
  server: { proxy: { '/api': { target: served, changeOrigin: true, headers: { origin: served } } } },
});
