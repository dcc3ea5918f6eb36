import type { Finding } from '../report/index.ts';
import type { Config } from './config.ts';

/**
 * Findings as the configuration wants them: each with the severity that was set for its kind, without those
 * that are off.
 */
export function bySettings(findings: readonly Finding[], { rules }: Pick<Config, 'rules'>): Finding[] {
  return findings.flatMap((finding) => {
    const set = rules.get(finding.id) ?? rules.get(finding.id.split('/')[0] ?? '');
    if (set === undefined || finding.severity === 'info') return [finding];
    return set === 'off' ? [] : [{ ...finding, severity: set }];
  });
}

/** The rules, or first parts of rules, that are off with all that begins with them. */
export function rulesOff({ rules }: Pick<Config, 'rules'>): Set<string> {
  const some = [...rules].filter(([, set]) => set !== 'off').map(([id]) => id);
  return new Set(
    [...rules].flatMap(([id, set]) =>
      set === 'off' && !some.some((other) => other.startsWith(`${id}/`)) ? [id] : [],
    ),
  );
}
