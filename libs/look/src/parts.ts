/**
 * The rules that pages share: cards, badges, facts, tables, figures, bars, charts, and the tone of each
 * outcome.
 */
export const partRules = `
* { box-sizing: border-box; }
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
`;
