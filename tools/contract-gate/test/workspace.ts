import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { onTestFinished } from 'vitest';

import { runCli } from '../src/cli.ts';
import type { ExitCode } from '../src/exit-codes.ts';

/** A folder with these files, gone when the test ends. */
export function workspace(files: Readonly<Record<string, string>>): string {
  const folder = folderWith(files);
  onTestFinished(() => remove(folder));
  return folder;
}

/** A folder with these files; whoever asks for it removes it. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'contract-gate-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Removes a folder and all that is in it. */
export function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** What a command line said, and how it ended. */
export interface Ending {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

/** Runs one command line in a folder. */
export async function gate(cwd: string, ...argv: readonly string[]): Promise<Ending> {
  let out = '';
  let err = '';
  const voice = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
  };
  const code = await runCli(argv, { cwd, voice });
  return { code, out, err };
}

/** A small spec that has a bit of everything this tool looks at. */
export const shop = `openapi: 3.1.0
info: { title: Shop, version: 1.0.0 }
servers: [{ url: 'https://shop.example', x-provenance: documented }]
security: []
paths:
  /orders/{id}:
    parameters:
      - { name: id, in: path, required: true, x-provenance: documented, schema: { type: string } }
    put:
      operationId: putOrder
      x-provenance: documented
      summary: Store an order
      requestBody:
        required: true
        content:
          application/json:
            schema: { $ref: '#/components/schemas/Order' }
      responses:
        '200':
          x-provenance: documented
          description: The order
          content:
            application/json:
              schema: { $ref: '#/components/schemas/Receipt' }
        '400':
          x-provenance: assumed
          description: Refused
components:
  schemas:
    Order:
      x-provenance: documented
      type: object
      required: [encryptedCard, serial]
      properties:
        serial: { type: integer, readOnly: true, x-provenance: documented }
        note: { type: string, maxLength: 5, x-provenance: assumed }
        encryptedCard:
          x-provenance: sibling
          description: The card.
          type: string
          x-encrypted: { $ref: '#/components/schemas/Card' }
    Card:
      x-provenance: documented
      type: object
      required: [primaryAccountNumber]
      properties:
        primaryAccountNumber: { type: string, pattern: '^[0-9]{12,19}$', x-sensitive: pan, x-provenance: documented }
    Receipt:
      x-provenance: documented
      type: object
      required: [state, serial]
      properties:
        serial: { type: integer, x-provenance: documented }
        state: { type: string, x-extensible-enum: true, enum: [OPEN, DONE], x-provenance: documented }
        encryptedCopy:
          x-provenance: sibling
          type: [string, 'null']
          x-encrypted: { $ref: '#/components/schemas/Card' }
`;

/** The shop, or a variant of it, with the examples that make it complete. */
export function shopFiles(text: string = shop, name = 'shop'): Record<string, string> {
  return {
    'contract-gate.yaml': 'extends: enrollkit\n',
    [`specs/${name}/openapi.yaml`]: text,
    [`specs/${name}/examples/valid/putOrder.request.json`]: '{ "encryptedCard": "a.b.c.d.e" }',
    [`specs/${name}/examples/valid/putOrder.200.json`]: '{ "serial": 1, "state": "OPEN" }',
    [`specs/${name}/examples/valid/Card.json`]: '{ "primaryAccountNumber": "5555555555554444" }',
  };
}
