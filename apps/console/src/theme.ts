import { useSyncExternalStore } from 'react';

/** `system` follows the reader's system. */
export type Theme = 'system' | 'light' | 'dark';

const KEY = 'enrollkit-theme';
const listeners = new Set<() => void>();

function stored(): Theme {
  const value = localStorage.getItem(KEY);
  return value === 'light' || value === 'dark' ? value : 'system';
}

function apply(): void {
  const theme = stored();
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

/** Chooses light, dark, or what the system says; it is all that the console stores in the browser. */
export function setTheme(theme: Theme): void {
  if (theme === 'system') localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, theme);
  apply();
  for (const listener of listeners) listener();
}

/** The theme that was chosen here. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, stored);
}

/** Applies the theme before anything is drawn, and calls back when the system's own changes. */
export function startTheme(): void {
  apply();
  darkness.addEventListener('change', () => {
    for (const listener of listeners) listener();
  });
}

const darkness = matchMedia('(prefers-color-scheme: dark)');

/** Whether the page is dark now; drawings that are not made by CSS ask for it. */
export function useIsDark(): boolean {
  return useSyncExternalStore(subscribe, () => {
    const theme = stored();
    return theme === 'system' ? darkness.matches : theme === 'dark';
  });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
