/** Colours, sizes and type of every page, light and dark, as CSS variables; a page adds its own rules. */
export const tokens = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9;
  --surface: #ffffff;
  --ink: #15202b;
  --ink-soft: #55616d;
  --line: #d9dfe5;
  --accent: #0b5cad;
  --enrolled: #1b7f4b;
  --refused: #b3261e;
  --rejected: #b26a00;
  --unsent: #6b7a89;
  --unknown: #7b3fb5;
  --open: #0b5cad;
  --abandoned: #48525c;
  --radius: 10px;
  --space: 1rem;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  --mono: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1419;
    --surface: #182028;
    --ink: #e7ecf1;
    --ink-soft: #a3b0bc;
    --line: #2c3843;
    --accent: #79b8ff;
    --enrolled: #4cc38a;
    --refused: #ff7b72;
    --rejected: #f0a83c;
    --unsent: #93a1af;
    --unknown: #c69cf4;
    --open: #79b8ff;
    --abandoned: #b4bfc9;
  }
}
@media print {
  :root {
    color-scheme: light;
    --ground: #ffffff;
    --surface: #ffffff;
    --ink: #000000;
    --ink-soft: #444444;
    --line: #bbbbbb;
    --enrolled: #1b7f4b;
    --refused: #b3261e;
    --rejected: #8a5200;
    --unsent: #55616d;
    --unknown: #6a2fa3;
    --open: #0b5cad;
    --abandoned: #48525c;
  }
}
`;

/** The rules that pages share: page frame, cards, tables, badges, figures. */
export const sharedRules = `
* { box-sizing: border-box; }
body {
  margin: 0;
  background: var(--ground);
  color: var(--ink);
  font: 16px/1.5 var(--sans);
  overflow-wrap: break-word;
}
main, .masthead, footer { max-width: 62rem; margin: 0 auto; padding: 0 var(--space); }
.masthead { padding-top: 2.2rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: .2rem 0 .4rem; letter-spacing: -.01em; }
h2 { font-size: 1.1rem; margin: 0 0 .8rem; }
p { margin: 0 0 .6rem; }
.eyebrow { color: var(--ink-soft); font-size: .85rem; margin: 0; }
.soft { color: var(--ink-soft); }
.mono { font-family: var(--mono); font-size: .88em; }
.card {
  background: var(--surface);
  border: 1px solid var(--line);
  border-radius: var(--radius);
  padding: 1.2rem 1.3rem;
  margin: var(--space) 0;
}
.badge {
  display: inline-block;
  border: 1px solid currentColor;
  border-radius: 999px;
  padding: .05rem .65rem;
  max-width: 100%;
  overflow-wrap: anywhere;
  font-size: .82rem;
  font-weight: 600;
}
.verdict { border-left: 6px solid var(--tone); }
.verdict strong { display: block; font-size: 1.25rem; line-height: 1.3; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: .5rem 1.5rem; margin: 0; }
.facts dt { color: var(--ink-soft); font-size: .82rem; }
.facts dd { margin: 0 0 .3rem; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; color: var(--ink-soft); font-size: .85rem; padding-bottom: .4rem; }
th, td { text-align: left; padding: .42rem .9rem .42rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child > td, tr:last-child > th { border-bottom: 0; }
thead th { color: var(--ink-soft); font-size: .82rem; font-weight: 600; }
tbody th { font-weight: 500; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.moment { white-space: nowrap; font-variant-numeric: tabular-nums; }
.swatch { display: inline-block; width: .7rem; height: .7rem; border-radius: 3px; margin-right: .5rem; background: var(--tone); }
.tone-enrolled { --tone: var(--enrolled); }
.tone-refused { --tone: var(--refused); }
.tone-rejected { --tone: var(--rejected); }
.tone-unsent { --tone: var(--unsent); }
.tone-unknown { --tone: var(--unknown); }
.tone-open { --tone: var(--open); }
.tone-abandoned { --tone: var(--abandoned); }
.codes { min-width: 38rem; }
.codes .bar { width: 9rem; padding-top: .8rem; }
.hidden { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
tfoot th, tfoot td { border-top: 2px solid var(--line); }
svg { display: block; width: 100%; }
svg .fill { fill: var(--tone); }
svg .grid { stroke: var(--line); }
svg text { fill: var(--ink-soft); font: 12px var(--sans); }
code, pre { font-family: var(--mono); font-size: .88em; }
pre { margin: .3rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
footer { color: var(--ink-soft); font-size: .85rem; padding-bottom: 2.5rem; }
@media print {
  body { font-size: 11pt; }
  .card { break-inside: avoid; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
