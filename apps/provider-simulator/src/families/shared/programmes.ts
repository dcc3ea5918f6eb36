import { ServiceRefusal } from '../../gateway/errors.ts';
import type { Programme, RequestContext } from './request-context.ts';
import type { ReadRequest } from './request-reader.ts';

/** Throws `ServiceRefusal` when the client, or this service of it, is not known. */
export function checkProgramme(
  { settings }: RequestContext,
  { srcClientId, serviceId }: Programme,
  sourceType: 'BODY' | 'QUERY',
): void {
  const { programmes } = settings;
  if (programmes === undefined) return;
  const unknown = (source: keyof Programme): ServiceRefusal =>
    new ServiceRefusal(400, 'INVALID_STATE', {
      message: 'The request cannot be carried out in this state',
      details: [{ reason: 'INVALID_VALUE', sourceType, source, message: 'is not known' }],
    });
  const ofClient = programmes.filter((known) => known.srcClientId === srcClientId);
  if (ofClient.length === 0) throw unknown('srcClientId');
  if (!programmes.some((known) => known.serviceId === serviceId)) throw unknown('serviceId');
  if (!ofClient.some((known) => known.serviceId === serviceId))
    throw new ServiceRefusal(403, 'PERMISSION_DENIED', {
      message: 'The service does not belong to this client',
    });
}

/** The client and service that a GET or DELETE names in its query. */
export function programmeOf({ parameters }: ReadRequest): Programme {
  return { srcClientId: parameters['srcClientId'] ?? '', serviceId: parameters['serviceId'] ?? '' };
}
