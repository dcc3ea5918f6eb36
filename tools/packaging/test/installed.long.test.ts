import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bin, installedProject, type Project, run, simulator, typeErrors } from './installed.ts';
import { documentedPrograms } from './documented-programs.ts';

let project: Project;

const packages = [
  ...['base', 'keys', 'encryption', 'signing', 'contract', 'enrollment', 'client', 'schema-containment'].map(
    (name) => `libs/${name}`,
  ),
  'apps/provider-simulator',
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
  project = installedProject(packages);
  project.write('esm.mjs', esm);
  project.write('common.cjs', commonJs);
  project.write('typed.ts', esm);
  for (const [name, text] of Object.entries(documentedPrograms())) project.write(name, text);
}, 900_000);
afterAll(() => project.remove());

// The compiler reads every declaration file of undici and openapi-fetch, and may have little of a machine.
const timeout = 300_000;

describe('The libraries, installed from their tarballs', { timeout }, () => {
  it.each(['oldest', 'newest'] as const)('run as ES modules on the %s Node', (age) => {
    expect(run(project, project.nodes[age], { file: 'esm.mjs' })).toMatchObject(expected);
  });
  it.each(['oldest', 'newest'] as const)('can be required from CommonJS on the %s Node', (age) => {
    expect(run(project, project.nodes[age], { file: 'common.cjs' })).toMatchObject(expected);
  });
  const files = ['typed.ts', 'first-batch.ts', 'retrying.ts', 'rotation.ts'];
  it('compile under NodeNext, strict, with every declaration file checked', () => {
    const options = { module: 'nodenext', moduleResolution: 'nodenext', allowImportingTsExtensions: true };
    expect(typeErrors(project, 'nodenext', { files, ...options })).toBe('');
  });
  it('compile under bundler resolution, strict, with every declaration file checked', () => {
    const options = { module: 'esnext', moduleResolution: 'bundler', allowImportingTsExtensions: true };
    expect(typeErrors(project, 'bundler', { files, ...options })).toBe('');
  });
  it('work in a bundle of esbuild', () => {
    const args = ['typed.ts', '--bundle', '--platform=node', '--format=esm', '--outfile=esbuild.mjs'];
    // Packages in CommonJS that are bundled into an ES module need a require.
    const banner =
      "--banner:js=import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
    execFileSync(bin('esbuild'), [...args, banner], { cwd: project.folder, stdio: 'pipe' });
    expect(run(project, project.nodes.newest, { file: 'esbuild.mjs' })).toMatchObject(expected);
  });
  it.each([
    { name: '@enrollkit/encryption', imported: 'seal', mostKb: 90 },
    { name: '@enrollkit/signing', imported: 'oauth1', mostKb: 40 },
    { name: '@enrollkit/keys', imported: 'readPrivateKey', mostKb: 160 },
    { name: '@enrollkit/client', imported: 'openClickToPayClient', mostKb: 1_000 },
  ])('put no more than $mostKb kB of $name into a bundle', ({ name, imported, mostKb }) => {
    project.write('small.ts', `import { ${imported} } from '${name}';\nconsole.log(typeof ${imported});\n`);
    const flags = ['--bundle', '--minify', '--platform=node', '--format=esm'];
    const bundle = execFileSync(bin('esbuild'), ['small.ts', ...flags], { cwd: project.folder });
    expect(bundle.length / 1000).toBeLessThanOrEqual(mostKb);
  });
  it('work in a server-side build of Vite', () => {
    project.write('vite.config.mjs', "export default { build: { ssr: 'typed.ts', target: 'node22' } };");
    execFileSync(bin('vite'), ['build', '--logLevel', 'error'], { cwd: project.folder, stdio: 'pipe' });
    expect(run(project, project.nodes.newest, { file: 'dist/typed.js' })).toMatchObject(expected);
  });
});

describe('The quick start for platform teams, in a folder with nothing but its install', { timeout }, () => {
  it.each(['oldest', 'newest'] as const)('submits and awaits the first batch on the %s Node', async (age) => {
    const { env, world } = await simulator(project);
    const answer = run(project, project.nodes[age], { file: 'first-batch.ts', env });
    expect(answer).toMatchObject({
      status: 'COMPLETED_SUCCESSFULLY',
      items: [{ externalCardId: 'card-1', status: 'SUCCESSFUL' }],
    });
    expect(await world()).toMatchObject({ enrolled: 1, enrolledMoreThanOnce: 0 });
  });
  it('takes no more than twelve lines from opening the client to the result', () => {
    const lines = documentedPrograms()['first-batch.ts'].split('\n');
    const from = lines.findIndex((line) => line.includes('openClickToPayClient('));
    const to = lines.findIndex((line) => line.includes('waitForBatch('));
    expect(from).toBeGreaterThan(0);
    expect(to - from + 1).toBeLessThanOrEqual(12);
  });
  it('enrolls nobody twice when an answer is lost and the provider takes every batch anew', async () => {
    const { env, world } = await simulator(
      project,
      '--on-duplicate',
      'duplicate',
      '--faults',
      'drop-answer@enrollBatch*1',
    );
    const answer = run(project, project.nodes.newest, { file: 'retrying.ts', env });
    expect(answer).toEqual({ batchId: null });
    expect(await world()).toMatchObject({ batches: 1, enrolled: 1, enrolledMoreThanOnce: 0 });
  });
  it('does not notice that the provider changes its key between two batches', async () => {
    const { env, world } = await simulator(project);
    expect(run(project, project.nodes.newest, { file: 'rotation.ts', env })).toEqual({
      statuses: [202, 202],
    });
    expect(await world()).toMatchObject({ batches: 2 });
  });
});
