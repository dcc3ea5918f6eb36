import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { operations } from '@enrollkit/contract/runner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { operationRoles } from '../../src/serve/security/operation-roles.ts';
import { roles, suffices, type Role } from '../../src/serve/security/principal.ts';
import { account, codeOf, GuardedServer, type Browser } from './guarded-server.ts';

const all = Object.values(operations);
const forSignedIn = all.filter(({ path }) => !path.startsWith('/session'));
const deciding = forSignedIn.filter(({ operationId }) => operationRoles[operationId] === 'operator');

let server: GuardedServer;
let as: Readonly<Record<Role, Browser>>;
beforeAll(async () => {
  server = await GuardedServer.open({
    accounts: await Promise.all(roles.map((role) => account(role, role))),
  });
  const [viewer, operator, admin] = await Promise.all(roles.map((role) => server.signedIn(role)));
  if (viewer === undefined || operator === undefined || admin === undefined) throw new Error('three roles');
  as = { viewer, operator, admin };
});
afterAll(() => server.close());

interface Described {
  readonly security?: readonly { readonly session?: readonly string[] }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly operationId?: string;
  readonly security?: Described['security'];
}

describe('the roles that operations need', () => {
  it('are those of the contract, for every operation of it', () => {
    const file = join(import.meta.dirname, '../../../../specs/runner/openapi.yaml');
    const { security, paths } = parse(readFileSync(file, 'utf8')) as Described;
    const said = Object.values(paths)
      .flatMap((path) => Object.values(path))
      .flatMap(({ operationId, security: own = security }) =>
        operationId === undefined ? [] : [[operationId, own?.[0]?.session?.[0] ?? 'nobody'] as const],
      );
    expect(Object.fromEntries(said)).toEqual(operationRoles);
  });

  it('are more than a viewer has wherever something is decided, instructed or uploaded', () => {
    const changing = forSignedIn.filter(({ method }) => method !== 'GET');
    const harmless = ['lookUpCardholder'];
    expect(
      changing
        .map(({ operationId }) => operationId)
        .filter((id) => !harmless.includes(id))
        .toSorted(),
    ).toEqual(
      changing
        .filter(({ operationId }) => operationRoles[operationId] !== 'viewer')
        .map(({ operationId }) => operationId)
        .toSorted(),
    );
    expect(deciding.length).toBeGreaterThan(4);
  });
});

const send = (operation: (typeof all)[number], browser?: Browser): Promise<Response> =>
  server.request(`/api${operation.path.replaceAll(/\{\w+\}/g, '1')}`, {
    method: operation.method,
    ...(browser && { as: browser }),
    ...(operation.operationId === 'planUpload' && {
      body: 'x',
      headers: { 'content-type': 'application/octet-stream' },
    }),
  });

describe.each(forSignedIn.map((operation) => [operation.operationId, operation] as const))(
  '%s',
  (id, operation) => {
    it('is refused to somebody who is not signed in', async () => {
      const response = await send(operation);
      expect([response.status, await codeOf(response)]).toEqual([401, 'signed-out']);
    });

    it('is done for the roles that suffice, and refused to every other', async () => {
      for (const role of roles) {
        const needed = operationRoles[id];
        const response = await send(operation, as[role]);
        const may = needed === 'nobody' || suffices(role, needed);
        const code = response.ok ? undefined : await codeOf(response);
        if (response.ok) await response.body?.cancel();
        expect([response.status, code], role).toEqual(may ? [200, undefined] : [403, 'role-insufficient']);
      }
    });
  },
);
