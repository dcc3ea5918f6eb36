import type { JsonObject } from '../../../src/spec/json.ts';
import { acquirer } from './acquirer.ts';
import { assistant } from './assistant.ts';
import { bank } from './bank.ts';
import { cluster } from './cluster.ts';
import { codeHosting } from './code-hosting.ts';
import { directory } from './directory.ts';
import { dotnet } from './dotnet.ts';
import { health } from './health.ts';
import { messaging } from './messaging.ts';
import type { Edition } from './parts.ts';
import { paymentsDocument } from './payments.ts';
import { smithy } from './smithy.ts';

export type { Edition } from './parts.ts';
export { paymentsDocument };

/** The files of a document of each house, by their path; the document is `openapi.yaml`. */
export const houses: Readonly<Record<string, (edition: Edition) => Record<string, string>>> = {
  payments: oneFile(paymentsDocument),
  'code-hosting': oneFile(codeHosting),
  cluster: oneFile(cluster),
  acquirer: oneFile(acquirer),
  messaging: oneFile(messaging),
  health: oneFile(health),
  dotnet: oneFile(dotnet),
  smithy: oneFile(smithy),
  directory: oneFile(directory),
  assistant: oneFile(assistant),
  bank,
};

function oneFile(document: (edition: Edition) => JsonObject) {
  return (edition: Edition) => ({ 'openapi.yaml': JSON.stringify(document(edition), null, 2) });
}
