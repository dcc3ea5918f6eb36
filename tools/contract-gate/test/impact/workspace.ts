import { generateContracts } from '../../src/codegen/generate.ts';
import { writeFiles } from '../../src/codegen/write.ts';
import { goodPact, verified } from '../verify/pacts.ts';
import { workspace } from '../workspace.ts';

const till = `import { operations, type Order } from '../../contract/src/shop/index.ts';

interface Wish { readonly text: string }

/** Writes one field by name, one by shorthand, and hands one over inside a card. */
export function toOrder({ text }: Wish, colour: 'RED' | 'BLUE'): Pick<Order, 'note' | 'colour'> {
  return { note: text, colour };
}

export const path: string = operations.putOrder.path;
`;
const receipts = `import type { Receipt } from '../../contract/src/shop/index.ts';

export function read({ state }: Receipt, receipt: Receipt): string {
  const size = 'size is no use of the contract';
  return state + String(receipt.serial) + size;
}
`;

/** A workspace with a contract, its generated code, a consumer with a pact, and code that uses some of it. */
export async function shopWorkspace(revision: string): Promise<string> {
  const pact = goodPact();
  const cwd = workspace({
    'specs/shop/openapi.yaml': verified,
    'revision.yaml': revision,
    'tsconfig.json':
      '{ "compilerOptions": { "module": "nodenext", "target": "esnext", "strict": true, "allowImportingTsExtensions": true, "noEmit": true } }',
    'libs/till/package.json': '{ "name": "@shop/till", "type": "module" }',
    'libs/till/src/order.ts': till,
    'libs/till/src/receipt.ts': receipts,
    'libs/till/pacts/till-shop.json': JSON.stringify(pact, null, 2),
  });
  await writeFiles(
    `${cwd}/libs/contract/src`,
    (await generateContracts(['specs/shop/openapi.yaml'], cwd)).files,
  );
  return cwd;
}
