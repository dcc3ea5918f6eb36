import { statSync, chmodSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Harness, type Ended } from '../harness.ts';

let at: Harness;
beforeAll(async () => {
  at = await Harness.open();
});
afterAll(() => at.close());

const secret = 'a long sentence of 7 words or so';

function typing(input: string, ...argv: string[]): Promise<Ended> {
  const running = at.start(...argv);
  running.process.stdin?.end(input);
  return running.ended;
}

it('makes an account whose password is read, never an argument, and kept as scrypt in a file for its owner alone', async () => {
  const made = await typing(`${secret}\n`, 'users', 'set', 'Alice', '--role', 'operator');

  expect(made).toMatchObject({ code: 0, out: '' });
  const file = at.path('enrollkit.accounts.json');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(at.read('enrollkit.accounts.json')).toContain('scrypt$131072$8$1$');
  for (const { name, bytes } of at.filesBut()) expect(bytes.includes(secret), name).toBe(false);
  const listed = await at.call('users', 'list');
  expect(listed.out).toMatch(/^alice {2}operator {2}changed \d{4}-\d\d-\d\d\n$/);
});

it('refuses weak passwords, unknown roles, names that are none, and a change that changes nothing', async () => {
  const weak = await typing('short\n', 'users', 'set', 'bob', '--role', 'viewer');
  expect(weak).toMatchObject({ code: 2 });
  expect(weak.err).toContain('it has 5 characters; the least is 12');
  expect(weak.err).not.toContain('short\n');
  expect((await typing('bob likes 7 apples', 'users', 'set', 'bob', '--role', 'viewer')).err).toContain(
    'it holds the name of its user',
  );
  expect((await at.call('users', 'set', 'bob', '--role', 'root')).err).toContain('There is no role "root"');
  expect((await at.call('users', 'set', '../bob', '--role', 'viewer')).err).toContain(
    'cannot be called that',
  );
  expect((await at.call('users', 'set', 'bob')).err).toContain('a new one needs a role');
  expect((await at.call('users', 'set', 'alice', '--role', 'operator')).err).toContain('nothing to change');
  expect((await at.call('users', 'list')).out).not.toContain('bob');
});

it('changes a role without a password, removes an account, and keeps both in the audit trail', async () => {
  expect(await at.call('users', 'set', 'alice', '--role', 'viewer')).toMatchObject({ code: 0 });
  expect((await at.call('users', 'list')).out).toContain('alice  viewer');
  expect(await at.call('users', 'remove', 'alice')).toMatchObject({ code: 0 });
  expect((await at.call('users', 'list')).err).toContain('nobody has an account');
  expect((await at.call('users', 'remove', 'alice')).err).toContain('There is no account alice');
  const { out } = await at.call('audit');
  expect(out).toMatch(/users set {2}user=alice role=operator what=made/);
  expect(out).toMatch(/users set {2}user=alice role=viewer what=new role/);
  expect(out).toMatch(/users remove {2}user=alice role=viewer/);
  expect(out).not.toContain('scrypt');
});

it('takes no accounts from a file that others can read, or that it did not write', async () => {
  at.write('enrollkit.accounts.json', '{"version":1,"accounts":[]}');
  chmodSync(at.path('enrollkit.accounts.json'), 0o644);
  const open = await at.call('users', 'list');
  expect(open.err).toContain('can be read by others');
  at.write(
    'enrollkit.accounts.json',
    '{"version":1,"accounts":[{"name":"eve","role":"admin","password":"x"}]}',
  );
  chmodSync(at.path('enrollkit.accounts.json'), 0o600);
  expect((await at.call('users', 'list')).err).toContain('password: is no hash that');
});
