import { defineConfig } from 'vitepress';

const guides = [
  ['Platform team: the client in your service', '/docs/start-platform-team'],
  ['CI: contracts against spec changes', '/docs/start-ci'],
  ['Operator: a file of cardholders', '/docs/start-operator'],
] as const;

const pages = (...entries: readonly (readonly [text: string, link: string])[]) =>
  entries.map(([text, link]) => ({ text, link }));

// VitePress asks for a default export.
export default defineConfig({
  title: 'Enrollkit',
  description:
    'Click to Pay enrollment for card issuers: typed clients, an exactly-once runner, a contract gate',
  cleanUrls: true,
  lastUpdated: false,
  themeConfig: {
    nav: pages(['Start', '/docs/start-operator'], ['Reference', '/reference/'], ['Errors', '/docs/errors']),
    search: { provider: 'local' },
    outline: [2, 3],
    sidebar: [
      { text: 'Start', items: [...pages(['Overview', '/README']), ...pages(...guides)] },
      {
        text: 'Operating',
        items: pages(
          ['The input file', '/docs/input-file'],
          ['Sent once per cardholder', '/docs/register'],
          ['Operating a run', '/docs/operating'],
          ['Exit codes', '/docs/exit-codes'],
          ['Settings of the input', '/docs/input'],
          ['Changes, removals, opt-outs', '/docs/changes'],
          ['To the Credential Directory', '/docs/to-the-directory'],
          ['Many hosts', '/docs/many-hosts'],
          ['What happens if', '/docs/what-happens-if'],
          ['Reliability', '/docs/reliability'],
          ["One record's journey", '/docs/record-journey'],
        ),
      },
      {
        text: 'Contracts',
        items: pages(
          ['The contract gate', '/docs/contracts'],
          ['What breaks', '/docs/what-breaks'],
          ['What is covered', '/docs/coverage'],
          ['The specs', '/specs/README'],
        ),
      },
      {
        text: 'Packages',
        items: pages(
          ['client', '/libs/client/README'],
          ['encryption', '/libs/encryption/README'],
          ['signing', '/libs/signing/README'],
          ['keys', '/libs/keys/README'],
          ['contract', '/libs/contract/README'],
          ['schema-containment', '/libs/schema-containment/README'],
          ['provider-simulator', '/apps/provider-simulator/README'],
          ['contract-gate', '/tools/contract-gate/README'],
          ['Moving from Mastercard’s libraries', '/docs/migrating'],
        ),
      },
      {
        text: 'Reference',
        items: pages(
          ['API', '/reference/'],
          ['Error codes', '/docs/errors'],
          ['Glossary', '/docs/glossary'],
          ['Architecture', '/ARCHITECTURE'],
          ['Security', '/SECURITY'],
          ['Contributing', '/CONTRIBUTING'],
          ['Releasing', '/RELEASING'],
          ['Benches', '/tools/bench/README'],
        ),
      },
    ],
  },
});
