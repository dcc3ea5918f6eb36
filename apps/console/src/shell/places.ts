import type { IconName } from '../parts/icons.tsx';

/** A page that the rail leads to. */
export interface Place {
  readonly to: '/' | '/intakes' | '/decisions' | '/cardholder' | '/audit' | '/plan' | '/contract';
  readonly name: string;
  readonly icon: IconName;
  /** Pressed after `g`. */
  readonly key: string;
  /** For those who may decide only. */
  readonly deciding?: boolean;
}

/** The pages of the rail, in order. */
export const places: readonly Place[] = [
  { to: '/', name: 'Overview', icon: 'overview', key: 'o' },
  { to: '/intakes', name: 'Intakes', icon: 'intakes', key: 'i' },
  { to: '/decisions', name: 'Decisions', icon: 'decisions', key: 'd' },
  { to: '/cardholder', name: 'Cardholder', icon: 'cardholder', key: 'c' },
  { to: '/audit', name: 'Audit trail', icon: 'audit', key: 'a' },
  { to: '/plan', name: 'Plan a file', icon: 'plan', key: 'p', deciding: true },
  { to: '/contract', name: 'Contract', icon: 'contract', key: 't' },
];
