/**
 * Colours, sizes and type of every page as CSS custom properties. Light and dark follow the reader's
 * system, unless `data-theme` of the root element says `light` or `dark`; paper is always light. Every text
 * colour has a contrast of at least 4.5 to 1 on `--ground`, `--surface` and `--sunken` (WCAG 2.2, 1.4.3).
 */
export const tokens = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f6f7f9, #0f1419);
  --surface: light-dark(#ffffff, #182028);
  --sunken: light-dark(#eef1f4, #131a21);
  --ink: light-dark(#15202b, #e7ecf1);
  --ink-soft: light-dark(#55616d, #a3b0bc);
  --line: light-dark(#d9dfe5, #2c3843);
  --accent: light-dark(#0b5cad, #79b8ff);
  --on-accent: light-dark(#ffffff, #0b1a29);
  --enrolled: light-dark(#1b7f4b, #4cc38a);
  --refused: light-dark(#b3261e, #ff7b72);
  --rejected: light-dark(#8f5500, #f0a83c);
  --unsent: light-dark(#5b6a78, #93a1af);
  --unknown: light-dark(#7b3fb5, #c69cf4);
  --open: light-dark(#0b5cad, #79b8ff);
  --abandoned: light-dark(#48525c, #b4bfc9);
  --radius: 10px;
  --space: 1rem;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  --mono: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace;
}
:root[data-theme="light"] { color-scheme: light; }
:root[data-theme="dark"] { color-scheme: dark; }
@media print {
  :root, :root[data-theme] {
    color-scheme: light;
    --ground: #ffffff;
    --surface: #ffffff;
    --ink: #000000;
    --ink-soft: #444444;
    --line: #bbbbbb;
    --rejected: #8a5200;
    --unknown: #6a2fa3;
  }
}
`;
