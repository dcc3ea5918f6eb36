import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packAll } from '../src/pack.ts';
import { root } from '../src/packages.ts';

/** The oldest Node the libraries promise; the newest is the one that runs this test. */
const OLDEST_NODE = '22.23.3';

const project = mkdtempSync(join(tmpdir(), 'enrollkit-installed-'));
const bin = (name: string): string => join(root, 'node_modules', '.bin', name);
let oldestNode = '';

const libraries = [
  'base',
  'keys',
  'encryption',
  'signing',
  'contract',
  'enrollment',
  'client',
  'schema-containment',
];

/** Uses each library once, without a network. */
const program = (imports: string): string => `${imports}
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwe = await seal({ hello: 'world' }, encryptionKey(publicKey));
const opened = await openJson(jwe, decryptionKey(privateKey));
const authenticator = oauth1({ consumerKey: 'a'.repeat(48) + '!' + 'b'.repeat(48), key: privateKey });
const headers = await authenticator.authenticate({ method: 'GET', url: new URL('https://api.example/x'), body: new Uint8Array() });
const client = createClickToPayClient({
  baseUrl: 'https://api.example/src',
  srcClientId: '11111111-1111-4111-8111-111111111111',
  serviceId: 'SRC#XXYYZZ#01',
  authenticator,
  encryptionKey: async () => encryptionKey(publicKey),
});
const verdict = validateEnrollmentData({});
console.log(JSON.stringify({ opened, signed: Object.keys(headers), enroll: typeof client.enrollBatch, valid: verdict.valid }));
`;

const names: readonly (readonly [specifier: string, imported: string])[] = [
  ['node:crypto', 'generateKeyPairSync'],
  ['@enrollkit/encryption', 'decryptionKey, encryptionKey, openJson, seal'],
  ['@enrollkit/signing', 'oauth1'],
  ['@enrollkit/client', 'createClickToPayClient'],
  ['@enrollkit/contract/click-to-pay-enrollment', 'validateEnrollmentData'],
];
const esm = program(
  names.map(([specifier, imported]) => `import { ${imported} } from '${specifier}';`).join('\n'),
);
const commonJs = `(async () => {\n${program(
  names.map(([specifier, imported]) => `const { ${imported} } = require('${specifier}');`).join('\n'),
)}})();`;

const expected = { opened: { hello: 'world' }, enroll: 'function', valid: false };

beforeAll(() => {
  const tarballs = packAll(join(project, 'tarballs'));
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }');
  const wanted = libraries.map((name) => tarballs.get(`libs/${name}`) ?? '');
  npm(project, 'install', '--save', '--no-package-lock', ...wanted, '@types/node@26.6.6');
  const nodeFolder = join(project, 'oldest-node');
  mkdirSync(nodeFolder);
  writeFileSync(join(nodeFolder, 'package.json'), '{ "private": true, "allowScripts": { "node": true } }');
  npm(nodeFolder, 'install', '--no-package-lock', `node@${OLDEST_NODE}`);
  oldestNode = join(nodeFolder, 'node_modules', '.bin', 'node');
  write('esm.mjs', esm);
  write('common.cjs', commonJs);
  write('typed.ts', esm);
}, 600_000);
afterAll(() => rmSync(project, { recursive: true }));

function npm(cwd: string, ...args: readonly string[]): void {
  execFileSync('npm', [...args, '--prefer-offline', '--no-audit', '--no-fund'], { cwd, stdio: 'pipe' });
}

function write(name: string, text: string): void {
  writeFileSync(join(project, name), text);
}

/** What the program printed, run by this Node. */
function run(node: string, file: string): unknown {
  const { stdout, stderr, status } = spawnSync(node, [file], { cwd: project, encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as unknown;
}

/** What the compiler objects to; empty when it compiles. */
function typeErrors(name: string, options: object): string {
  write(
    `tsconfig.${name}.json`,
    JSON.stringify({
      compilerOptions: {
        strict: true,
        skipLibCheck: false,
        noEmit: true,
        target: 'es2024',
        types: ['node'],
        ...options,
      },
      files: ['typed.ts'],
    }),
  );
  return spawnSync(bin('tsc'), ['-p', `tsconfig.${name}.json`], { cwd: project, encoding: 'utf8' }).stdout;
}

describe('The libraries, installed from their tarballs', () => {
  it.each(['oldest', 'newest'])('run as ES modules on the %s Node', (age) => {
    expect(run(age === 'oldest' ? oldestNode : process.execPath, 'esm.mjs')).toMatchObject(expected);
  });
  it.each(['oldest', 'newest'])('can be required from CommonJS on the %s Node', (age) => {
    expect(run(age === 'oldest' ? oldestNode : process.execPath, 'common.cjs')).toMatchObject(expected);
  });
  it('compile under NodeNext, strict, with every declaration file checked', () =>
    expect(typeErrors('nodenext', { module: 'nodenext', moduleResolution: 'nodenext' })).toBe(''));
  it('compile under bundler resolution, strict, with every declaration file checked', () =>
    expect(typeErrors('bundler', { module: 'esnext', moduleResolution: 'bundler' })).toBe(''));
  it('work in a bundle of esbuild', () => {
    const args = ['typed.ts', '--bundle', '--platform=node', '--format=esm', '--outfile=esbuild.mjs'];
    // Packages in CommonJS that are bundled into an ES module need a require.
    const banner =
      "--banner:js=import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
    execFileSync(bin('esbuild'), [...args, banner], { cwd: project, stdio: 'pipe' });
    expect(run(process.execPath, 'esbuild.mjs')).toMatchObject(expected);
  });
  it('work in a server-side build of Vite', () => {
    write('vite.config.mjs', "export default { build: { ssr: 'typed.ts', target: 'node22' } };");
    execFileSync(bin('vite'), ['build', '--logLevel', 'error'], { cwd: project, stdio: 'pipe' });
    expect(run(process.execPath, 'dist/typed.js')).toMatchObject(expected);
  });
});
