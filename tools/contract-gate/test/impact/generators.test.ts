import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

import { generateContracts } from '../../src/index.ts';
import { gate, workspace } from '../workspace.ts';

const folder = join(import.meta.dirname, 'generated');
const text = (file: string): string => readFileSync(join(folder, file), 'utf8');
const repository = join(import.meta.dirname, '../../../..');

type Version = 'base' | 'revision';
type Files = Readonly<Record<string, string>>;

/** A generator: what it writes for a version of the contract, and a consumer that uses it. */
interface Case {
  readonly generated: (version: Version) => Promise<Files>;
  readonly consumer: string;
}

const reader = `
export function show(order: Order): string {
  const { id, total } = order;
  return id + String(total) + (order.buyer?.mail ?? '');
}
`;
const writer = `
export const plain: NewOrder = { sku: 'a' };
export const full: NewOrder = { sku: 'a', note: 'soon', gift: { to: 'b' } };
export function ordered(wish: { sku: string; note?: string }): NewOrder {
  return wish;
}
`;

/** How people write besides: each line stands alone. */
const odd = `
type Alias = Order;
type Only<T, K extends keyof T> = { readonly [P in K]: T[P] };
interface Wrapped<T> { readonly value: T }
interface Extended extends Order { readonly mine: string }
export type Total = Order['total'];
export const aliased = (one: Alias): unknown => one.total;
export const chained = (one?: Alias): unknown => one?.buyer?.mail;
export const element = (one: Order): unknown => one['total'];
export const wrapped = ({ value }: Wrapped<Order>): unknown => value.total;
export const extended = (one: Extended): unknown => one.total;
export const renamed = ({ total: sum }: Order): unknown => sum;
export const nested = ({ buyer }: Order): unknown => buyer?.mail ?? buyer?.name;
export const generic = <T extends Order>(one: T): unknown => one.total;
export const picked = (one: Pick<Order, 'total'>): unknown => one;
export const only = (one: Only<Order, 'id' | 'total'>): unknown => one;
type Slip = Pick<Order, 'id' | 'total'>;
export const ofSlip = (one: Slip): number => one.total;
export const outOfSlip = ({ total }: Slip): number => total;
export const fromSlip = (one: Slip): { total: number } => one;
export const asSlip = (total: number): Slip => ({ id: 'a', total });
export const toSlip = (one: { id: string; total: number }): Slip => one;
export const spreadToSlip = (one: { total: number }): Slip => ({ ...one, id: 'a' });
export const computed = (one: Pick<Order, Exclude<keyof Order, 'id'>>): unknown => one.total;
export const omitted = (one: Omit<Order, 'buyer'>): unknown => one.id;
export const partial = (one: Partial<Order>): unknown => one.total;
export const listed = (all: readonly Order[]): unknown => all.map(({ total }) => total);
export const reduced = (all: Order[]): number => all.reduce((sum, one) => sum + one.total, 0);
export const texted = (one: Order): string => \`\${one.total}\`;
export const later = async (one: Promise<Order>): Promise<unknown> => (await one).total;
export const set = (one: Order): void => void (one.total = 1);
export const spread = (one: NewOrder): NewOrder => ({ ...one, sku: 'b' });
export const satisfied = { sku: 'a' } satisfies NewOrder;
export const constant = { sku: 'a' } as const satisfies NewOrder;
export const listOf: NewOrder[] = [{ sku: 'a' }];
export const chosen = (yes: boolean): NewOrder => (yes ? { sku: 'a' } : { sku: 'a', note: 'b' });
const wraps = { blue: 'BLUE' } as const;
export const blue: NewOrder = { sku: 'a', note: 'x', gift: { to: 'b', wrap: wraps.blue } };
type Gift = NonNullable<NewOrder['gift']>;
export const red: NewOrder = { sku: 'a', note: 'x', gift: { to: 'b', wrap: 'RED' } };
export const either = (yes: boolean): Gift => ({ to: 'b', wrap: yes ? 'RED' : 'BLUE' });
export const both: Gift[] = [{ to: 'b', wrap: 'RED' }, { to: 'b', wrap: 'BLUE' }];
export const others = ({ id, ...rest }: Order): unknown => [id, rest.buyer?.name];
export class Shop { constructor(readonly order: Order) {} get total(): unknown { return this.order.total; } }
export const unrelated = (one: { total: number; note?: string }): unknown => one.total;
`;

const cases: Readonly<Record<string, Case>> = {
  'openapi-typescript, with openapi-fetch': {
    generated: async (version) => ({
      'src/api/schema.d.ts': astToString(await openapiTS(text(`${version}.yaml`), { silent: true })),
    }),
    consumer: `import createClient from 'openapi-fetch';
import type { components, paths } from './api/schema.d.ts';
type Order = components['schemas']['Order'];
type NewOrder = components['schemas']['NewOrder'];
const client = createClient<paths>({ baseUrl: 'https://market.example' });
${reader}${writer}
export const all = () => client.GET('/orders', {});
export const some = () => client.GET('/orders', { params: { query: { limit: 5 } } });
export const open = () => client.GET('/orders', { params: { query: { state: 'open' } } });
export const add = () => client.POST('/orders', { body: { sku: 'c' } });
`,
  },
  'contract-gate generate': {
    generated: async (version) => {
      const cwd = workspace({ 'specs/market/openapi.yaml': text(`${version}.yaml`) });
      const { files } = await generateContracts(['specs/market/openapi.yaml'], cwd);
      return Object.fromEntries([...files].map(([file, content]) => [`src/contract/${file}`, content]));
    },
    consumer: `import type { NewOrder, Order, paths } from './contract/market/index.ts';
${reader}${writer}
type Query = NonNullable<paths['/orders']['get']['parameters']['query']>;
export const some: Query = { limit: 5 };
export const open: Query = { state: 'open' };
`,
  },
  'Hey API': {
    generated: async (version) => ({
      'src/api/types.gen.ts': text(`hey-api/${version}/types.gen.ts.txt`),
      'src/api/sdk.gen.ts': text(`hey-api/${version}/sdk.gen.ts.txt`).replaceAll(
        /'\.\/(\w+(\.gen)?)'/g,
        "'./$1.ts'",
      ),
      'src/api/client.ts': text('hey-api/client.ts.txt'),
      'src/api/client.gen.ts':
        "import type { Client } from './client.ts';\nexport declare const client: Client;\n",
    }),
    consumer: `import { addOrder, listOrders } from './api/sdk.gen.ts';
import type { NewOrder, Order } from './api/types.gen.ts';
${reader}${writer}
export const all = () => listOrders();
export const some = () => listOrders({ query: { limit: 5 } });
export const open = () => listOrders({ query: { state: 'open' } });
export const add = () => addOrder({ body: { sku: 'c' } });
`,
  },
  orval: {
    generated: async (version) => ({ 'src/api/market.ts': text(`orval/${version}/api.ts.txt`) }),
    consumer: `import { addOrder, listOrders, type NewOrder, type Order } from './api/market.ts';
${reader}${writer}
export const all = () => listOrders();
export const some = () => listOrders({ limit: 5 });
export const open = () => listOrders({ state: 'open' });
export const add = () => addOrder({ sku: 'c' });
`,
  },
};

const tsconfig = JSON.stringify({
  compilerOptions: {
    module: 'nodenext',
    target: 'es2022',
    lib: ['es2022', 'dom', 'dom.iterable'],
    types: [],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    baseUrl: '.',
    paths: { 'openapi-fetch': [join(repository, 'node_modules/openapi-fetch/dist/index.d.mts')] },
  },
});

async function project(version: Version, { generated, consumer }: Case): Promise<string> {
  return workspace({
    'base.yaml': text('base.yaml'),
    'revision.yaml': text('revision.yaml'),
    'tsconfig.json': tsconfig,
    'package.json': '{ "name": "shop-front", "type": "module" }',
    'contract-gate.yaml': 'source: { include: ["src/**/*.ts"], generated: src/contract }\n',
    ...(await generated(version)),
    'src/consumer.ts': consumer + odd,
  });
}

/** The lines of the consumer that do not compile. */
function refused(cwd: string): number[] {
  const parsed = ts.parseJsonConfigFileContent(JSON.parse(tsconfig), ts.sys, cwd);
  const file = join(cwd, 'src/consumer.ts');
  const program = ts.createProgram([file], parsed.options);
  const lines = ts.getPreEmitDiagnostics(program).map((one) => {
    expect(
      relative(cwd, one.file?.fileName ?? ''),
      ts.flattenDiagnosticMessageText(one.messageText, ' '),
    ).toBe('src/consumer.ts');
    return (one.file?.getLineAndCharacterOfPosition(one.start ?? 0).line ?? -1) + 1;
  });
  return [...new Set(lines)].sort((left, right) => left - right);
}

/** The lines of the consumer that `impact` names. */
async function named(cwd: string): Promise<{ code: number; lines: number[] }> {
  const argv = ['impact', 'base.yaml', 'revision.yaml', '--contract', 'market', '--format', 'json'];
  const { code, out } = await gate(cwd, ...argv);
  const { impacts } = JSON.parse(out) as { impacts: { code: Record<string, { line: number }[]> }[] };
  const lines = impacts.flatMap((one) =>
    Object.values(one.code)
      .flat()
      .map(({ line }) => line),
  );
  return { code, lines: [...new Set(lines)].sort((left, right) => left - right) };
}

describe('impact and the compiler name the same lines', () => {
  test.each(Object.keys(cases))('for a consumer of %s', async (generator) => {
    const one = cases[generator];
    if (one === undefined) throw new Error('there is no such generator');
    expect(refused(await project('base', one))).toEqual([]);
    const { code, lines } = await named(await project('base', one));
    expect([code, lines]).toEqual([1, refused(await project('revision', one))]);
  });
});

test('impact does not call a change harmless when it finds no types of the contract', async () => {
  const cwd = workspace({
    'base.yaml': text('base.yaml'),
    'revision.yaml': text('revision.yaml'),
    'tsconfig.json': tsconfig,
    'src/consumer.ts': "export const url = '/orders';\n",
  });
  expect(await gate(cwd, 'impact', 'base.yaml', 'revision.yaml')).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringContaining('whether a consumer is hit is not known'),
  });
});
