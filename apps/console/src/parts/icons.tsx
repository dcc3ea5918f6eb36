import type { ReactNode } from 'react';

const drawings = {
  overview: 'M3 12.5 10 4l7 8.5M5.5 10v6.5h9V10',
  intakes: 'M6 3h5.5L15 6.5V17H6zM11 3v4h4M8 10.5h5M8 13.5h5',
  decisions: 'M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14M8 8.2a2 2 0 1 1 2.9 1.8c-.6.3-.9.7-.9 1.4M10 13.8v.2',
  cardholder: 'M10 4a3 3 0 1 1 0 6 3 3 0 0 1 0-6M4.5 16.5c.6-2.8 2.7-4 5.5-4s4.9 1.2 5.5 4',
  audit: 'M4 5h12M4 10h12M4 15h7',
  plan: 'M5 4h10v12H5zM8 8h4M8 11h4M10 2v2',
  contract: 'M4 7h8M9 4l3 3-3 3M16 13H8M11 10l-3 3 3 3',
  alert: 'M10 3.5 17.5 16.5H2.5zM10 8.5v3.5M10 14.2v.2',
  info: 'M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14M10 9v4.5M10 6.4v.2',
  check: 'M4.5 10.5 8.5 14.5 15.5 6',
  pause: 'M7 5v10M13 5v10',
  play: 'M7 4.5 15 10l-8 5.5z',
  stop: 'M5.5 5.5h9v9h-9z',
  keyboard: 'M3 6h14v8.5H3zM6 9h.1M9 9h.1M12 9h.1M14.5 9h.1M7 12h6',
  leave: 'M8 4H4v12h4M8 10h9M13.5 6.5 17 10l-3.5 3.5',
  light: 'M10 6.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7M10 2v2M10 16v2M2 10h2M16 10h2',
  dark: 'M16 12A6.5 6.5 0 0 1 8 4a6.5 6.5 0 1 0 8 8z',
  system: 'M3 4.5h14v9H3zM7.5 17h5M10 13.5V17',
  menu: 'M3.5 6h13M3.5 10h13M3.5 14h13',
  upload: 'M10 13V4M6 7.5 10 3.5l4 4M4 13v3.5h12V13',
  search: 'M9 4a5 5 0 1 1 0 10A5 5 0 0 1 9 4M13 13l4 4',
} as const;

/** The drawings there are. */
export type IconName = keyof typeof drawings;

/** A drawing beside a word that says the same; readers of the screen skip it. */
export function Icon({ name }: { readonly name: IconName }): ReactNode {
  return (
    <svg
      className="icon"
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={drawings[name]} />
    </svg>
  );
}
