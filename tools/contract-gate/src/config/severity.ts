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
