import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A key file that is made by the tool that makes it in the field, and what is to become of it. */
export interface KeyFile {
  readonly name: string;
  /** Writes the file into the folder and returns its path. */
  readonly make: (maker: Maker) => string;
  readonly options?: { readonly password?: string; readonly alias?: string; readonly kid?: string };
  /** `read`, or the code of the refusal. */
  readonly outcome: string;
}

/** The same file, refused with that code. */
export function refused(outcome: string, file: KeyFile): KeyFile {
  return { ...file, outcome };
}

export const password = 'p4ss-wörd€';
export const hasKeytool = spawnSync('keytool', ['-help']).status === 0;

/** Makes key files out of one RSA pair, its certificate and the authority above it. */
export class Maker {
  readonly folder: string;
  #made = 0;

  constructor(folder: string) {
    this.folder = folder;
    const subject = (name: string): string[] => ['-subj', `/CN=${name}`, '-days', '3650'];
    this.openssl('genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', 'key.pem');
    this.openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', 'ec.pem');
    this.openssl('genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', 'ca.key');
    this.openssl('req', '-x509', '-key', 'ca.key', '-out', 'ca.pem', ...subject('authority'));
    this.openssl(
      'req',
      '-x509',
      '-key',
      'key.pem',
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-out',
      'cert.pem',
      ...subject('leaf'),
    );
    this.openssl('req', '-new', '-key', 'key.pem', '-subj', '/CN=leaf', '-out', 'request.pem');
    this.openssl('pkey', '-in', 'key.pem', '-pubout', '-out', 'public.pem');
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  openssl(...args: string[]): void {
    execFileSync('openssl', args, { cwd: this.folder, stdio: ['ignore', 'ignore', 'pipe'] });
  }

  /** `openssl pkcs12 -export` with more options. */
  p12(args: readonly string[], pass: string = password): string {
    const out = this.#next('p12');
    const input = ['-inkey', 'key.pem', ...(args.includes('-nocerts') ? [] : ['-in', 'cert.pem'])];
    this.openssl('pkcs12', '-export', ...input, '-passout', `pass:${pass}`, '-out', out, ...args);
    return this.#kept(out);
  }

  /** Any other command of OpenSSL that writes `-out`. */
  made(extension: string, ...args: string[]): string {
    const out = this.#next(extension);
    this.openssl(...args, '-out', out);
    return this.#kept(out);
  }

  /** A file with these bytes. */
  written(extension: string, bytes: string | Uint8Array): string {
    const out = this.#next(extension);
    writeFileSync(this.path(out), bytes);
    return this.#kept(out);
  }

  text(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  keytool(...args: string[]): void {
    execFileSync('keytool', args, { cwd: this.folder, stdio: 'pipe' });
  }

  /** A key store with one key for each alias. */
  keyStore(
    aliases: readonly string[],
    { type = 'PKCS12', java = [] }: { readonly type?: string; readonly java?: readonly string[] } = {},
  ): string {
    const out = this.#next('store');
    for (const alias of aliases)
      this.keytool(
        '-genkeypair',
        '-keyalg',
        'RSA',
        '-keysize',
        '2048',
        '-dname',
        'CN=java',
        '-alias',
        alias,
        '-keystore',
        out,
        '-storetype',
        type,
        '-storepass',
        'changeit',
        '-keypass',
        'changeit',
        ...java,
      );
    return this.#kept(out);
  }

  trustStore(): string {
    const out = this.#next('store');
    this.keytool(
      '-importcert',
      '-noprompt',
      '-file',
      'cert.pem',
      '-alias',
      'ca',
      '-keystore',
      out,
      '-storetype',
      'PKCS12',
      '-storepass',
      'changeit',
    );
    return this.#kept(out);
  }

  directory(): string {
    const out = this.path(this.#next('folder'));
    mkdirSync(out, { mode: 0o700 });
    return out;
  }

  #next(extension: string): string {
    this.#made += 1;
    return `file-${this.#made}.${extension}`;
  }

  #kept(name: string): string {
    chmodSync(this.path(name), 0o600);
    return this.path(name);
  }
}
