import { notFound, type RequestContext } from '../shared/request-context.ts';

/** The directory that the path names. Throws `ServiceRefusal` with 404 when it is not known. */
export function directoryOf({ request, settings }: RequestContext): string {
  const directoryId = request.parameters['directoryId'] ?? '';
  if (settings.directories !== undefined && !settings.directories.includes(directoryId))
    throw notFound('directoryId');
  return directoryId;
}
