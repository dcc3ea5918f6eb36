import { statSync } from 'node:fs';
import { readAccounts, type Account } from './account-file.ts';
import { decoyLike, isPassword } from './passwords.ts';
import type { Principal } from './principal.ts';
import { tokenDigest } from './tokens.ts';

/** Passwords that are hashed at one time: each takes 128 MiB. */
const HASHING = 2;
/** Passwords that wait for that. */
const WAITING = 32;

/** Local accounts, read again whenever their file has changed. */
export class Accounts {
  readonly #file: string;
  readonly #onUnreadable: (error: unknown) => void;
  #stamp = '';
  #byName: ReadonlyMap<string, Account> = new Map();
  #decoy = decoyLike(undefined);
  #hashing = 0;
  readonly #waiting: (() => void)[] = [];

  /**
   * Reads the file. Throws `RunnerError` when it cannot be used now; when that happens later, nobody has an
   * account any more and `onUnreadable` hears why.
   */
  constructor(file: string, onUnreadable: (error: unknown) => void) {
    this.#file = file;
    this.#onUnreadable = onUnreadable;
    this.#read();
  }

  /** How many there are. */
  get size(): number {
    this.#refresh();
    return this.#byName.size;
  }

  /** Changes with the role and the password of an account; undefined when nobody has one of that name. */
  versionOf(name: string): string | undefined {
    this.#refresh();
    const account = this.#byName.get(name);
    return account === undefined ? undefined : versionOf(account);
  }

  /**
   * Who has that name and password. A name that nobody has takes as long as one that somebody has. `busy`:
   * too many passwords wait already.
   */
  async verify(name: string, password: string): Promise<Principal | 'wrong' | 'busy'> {
    this.#refresh();
    const account = this.#byName.get(name);
    if (!(await this.#beginHashing())) return 'busy';
    try {
      const isRight = await isPassword(password, account?.password ?? this.#decoy);
      return isRight && account !== undefined ? principalOf(account) : 'wrong';
    } finally {
      this.#hashing -= 1;
      this.#waiting.shift()?.();
    }
  }

  /** Whether an account is still what it was when somebody signed in. */
  isCurrent({ name, version }: Principal): boolean {
    return version !== undefined && this.versionOf(name) === version;
  }

  async #beginHashing(): Promise<boolean> {
    if (this.#hashing >= HASHING) {
      if (this.#waiting.length >= WAITING) return false;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#hashing += 1;
    return true;
  }

  #refresh(): void {
    if (stampOf(this.#file) === this.#stamp) return;
    try {
      this.#read();
    } catch (error) {
      this.#byName = new Map();
      this.#onUnreadable(error);
    }
  }

  #read(): void {
    this.#stamp = stampOf(this.#file);
    const accounts = readAccounts(this.#file);
    this.#byName = new Map(accounts.map((account) => [account.name, account]));
    this.#decoy = decoyLike(accounts[0]?.password);
  }
}

function principalOf(account: Account): Principal {
  return { name: account.name, role: account.role, method: 'password', version: versionOf(account) };
}

function versionOf({ role, password, changedAt }: Account): string {
  return tokenDigest(`${role} ${password} ${changedAt}`);
}

/** Changes with the file: a new one is always put in its place. */
function stampOf(file: string): string {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  return found === undefined
    ? 'none'
    : [found.ino, found.mtimeNs, found.ctimeNs, found.size, found.mode].join(' ');
}
