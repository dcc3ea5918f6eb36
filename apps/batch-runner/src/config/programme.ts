import { programmeName, type ProviderProgramme } from '@enrollkit/enrollment';
import type { Config } from './schema.ts';

/** Where the configuration enrolls. The schema holds that each family has its own ids. */
export function programmeSettings({ provider }: Pick<Config, 'provider'>): ProviderProgramme {
  const { family, srcClientId = '', serviceId = '', directoryId = '' } = provider;
  return family === 'click-to-pay' ? { family, srcClientId, serviceId } : { family, directoryId };
}

/** The same as one name, by which the ledger is bound to it. */
export function programmeOf(config: Pick<Config, 'provider'>): string {
  return programmeName(programmeSettings(config));
}
