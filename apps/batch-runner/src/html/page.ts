import { hash } from 'node:crypto';
import { partRules, tokens } from '@enrollkit/look';
import { html, Markup } from './markup.ts';
import { pageRules } from './page-rules.ts';

/** What stands on a page. */
export interface PageParts {
  readonly title: string;
  readonly head: Markup;
  readonly main: readonly Markup[];
  readonly foot: Markup;
}

/**
 * A whole page in one text, without a script and without a request: the policy in it forbids both, and allows
 * its own style by its digest.
 */
export function page({ title, head, main, foot }: PageParts): string {
  const style = tokens + partRules + pageRules;
  const policy = `default-src 'none'; style-src 'sha256-${hash('sha256', style, 'base64')}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        ${new Markup(`<style>${style}</style>`)}
      </head>
      <body>
        <header class="masthead">${head}</header>
        <main>${main}</main>
        <footer>${foot}</footer>
      </body>
    </html> `.text;
}
