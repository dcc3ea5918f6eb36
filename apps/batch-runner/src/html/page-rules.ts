/** The rules of a page that is one column of cards, beside the parts that it shares with the console. */
export const pageRules = `
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
.verdict { border-left: 6px solid var(--tone); }
.verdict strong { display: block; font-size: 1.25rem; line-height: 1.3; }
footer { color: var(--ink-soft); font-size: .85rem; padding-bottom: 2.5rem; }
@media print {
  body { font-size: 11pt; }
  .card { break-inside: avoid; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
