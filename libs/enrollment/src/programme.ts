/** The two generations of the provider's API: `libs/client` has an adapter for each. */
export const families = ['click-to-pay', 'credential-directory'] as const;

/** One of the two generations of the provider's API. */
export type Family = (typeof families)[number];

/**
 * Where cardholders are enrolled: a programme of Click to Pay, or a directory of the Credential Directory.
 */
export type ProviderProgramme =
  | {
      readonly family: 'click-to-pay';
      /** Id of the onboarded client, a UUID. */
      readonly srcClientId: string;
      readonly serviceId: string;
    }
  | {
      readonly family: 'credential-directory';
      readonly directoryId: string;
    };

const directoryPrefix = 'credential-directory/';

/**
 * A programme as one name, by which ledgers and intakes are bound to it. Different for different programmes,
 * also of different families, since a `srcClientId` is a UUID.
 */
export function programmeName(programme: ProviderProgramme): string {
  return programme.family === 'click-to-pay'
    ? `${programme.srcClientId}/${programme.serviceId}`
    : `${directoryPrefix}${programme.directoryId}`;
}

/** The family of a programme that is known by its name. */
export function familyOf(name: string): Family {
  return name.startsWith(directoryPrefix) ? 'credential-directory' : 'click-to-pay';
}

/** A programme's name as messages say it, with its family. */
export function describeProgramme(name: string): string {
  return familyOf(name) === 'click-to-pay'
    ? `${name} (click-to-pay)`
    : `${name.slice(directoryPrefix.length)} (credential-directory)`;
}
