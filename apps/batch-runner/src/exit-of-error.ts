import type { EnrollkitError } from '@enrollkit/base';
import type { ClientErrorCode } from '@enrollkit/client';
import type { EncryptionErrorCode } from '@enrollkit/encryption';
import type { KeyErrorCode } from '@enrollkit/keys';
import type { LedgerErrorCode } from '@enrollkit/ledger';
import type { InputErrorCode } from '@enrollkit/pipeline';
import type { SigningErrorCode } from '@enrollkit/signing';
import type { RunnerErrorCode } from './errors.ts';
import type { ExitName } from './exit-codes.ts';

/** Every code of every package whose errors can end a command. */
export type KnownErrorCode =
  | RunnerErrorCode
  | LedgerErrorCode
  | InputErrorCode
  | KeyErrorCode
  | EncryptionErrorCode
  | SigningErrorCode
  | ClientErrorCode;

type ExitTable<Code extends string> = Readonly<Record<Code, ExitName>>;

const ofRunner: ExitTable<RunnerErrorCode> = {
  usage: 'usage',
  'config-invalid': 'usage',
  'config-missing': 'usage',
  'secret-unreadable': 'usage',
  'file-exists': 'usage',
  'intake-unknown': 'usage',
  'batch-unknown': 'usage',
  'reading-changed': 'usage',
  'input-needed': 'usage',
  'key-refused': 'usage',
  'no-runner': 'usage',
  'owner-alive': 'usage',
  interrupted: 'interrupted',
  terminated: 'terminated',
  'console-missing': 'usage',
  'output-lost': 'stopped',
};

/**
 * What ends a run in the middle is `stopped`: everything that was acknowledged is in the ledger, and a resume
 * continues.
 */
const ofLedger: ExitTable<LedgerErrorCode> = {
  'ledger-not-found': 'usage',
  'ledger-foreign': 'usage',
  'ledger-read-only': 'usage',
  'ledger-no-wal': 'usage',
  'ledger-engine-too-old': 'usage',
  'ledger-conflict': 'usage',
  'ledger-locked': 'usage',
  'ledger-version': 'usage',
  'ledger-terms': 'usage',
  'ledger-corrupt': 'stopped',
  'ledger-disk-full': 'stopped',
  'ledger-busy': 'stopped',
  'ledger-restarted': 'stopped',
  'ledger-unavailable': 'stopped',
  'ledger-gone': 'stopped',
  'ledger-lock-lost': 'stopped',
  'ledger-batch-lost': 'stopped',
  'ledger-bound-elsewhere': 'usage',
  'ledger-key-changed': 'usage',
  'ledger-digest-version': 'usage',
  'ledger-rewound': 'stopped',
};

const ofInput: ExitTable<InputErrorCode> = {
  'input-missing': 'usage',
  'input-unreadable': 'usage',
  'input-is-folder': 'usage',
  'input-empty': 'usage',
  'input-has-no-rows': 'usage',
  'input-changed': 'usage',
  'input-stopped': 'interrupted',
  'input-utf16': 'usage',
  'input-not-text': 'usage',
  'input-json-array': 'usage',
  'spool-failed': 'usage',
  'delimiter-unknown': 'usage',
  'header-encoding': 'usage',
  'header-duplicate': 'usage',
  'header-unknown': 'usage',
  'header-missing': 'usage',
  'row-too-long': 'usage',
  'quote-broken': 'usage',
  'encoding-unknown': 'usage',
  'input-encoding': 'usage',
  'open-failed': 'usage',
  'digest-differs': 'usage',
  'sidecar-missing': 'usage',
  'sidecar-unreadable': 'usage',
  'rows-differ': 'usage',
  'trailer-count': 'usage',
  'trailer-early': 'usage',
  'trailer-missing': 'usage',
  'trailer-unknown': 'usage',
  'header-repeated': 'usage',
  'layout-unfit': 'usage',
  'input-json-pretty': 'usage',
  'format-differs': 'usage',
  'corrections-unusable': 'usage',
};

const ofKeys: ExitTable<KeyErrorCode> = {
  'file-unreadable': 'usage',
  'file-readable-by-others': 'usage',
  'too-large': 'usage',
  'format-unknown': 'usage',
  'format-unsupported': 'usage',
  'algorithm-unsupported': 'usage',
  'wrong-kind': 'usage',
  'several-keys': 'usage',
  'password-missing': 'usage',
  'password-wrong': 'usage',
  'alias-unknown': 'usage',
  damaged: 'usage',
  'kid-unknown': 'usage',
  'option-unfit': 'usage',
  'purpose-unknown': 'usage',
  'environment-ambiguous': 'usage',
  'key-not-pinned': 'stopped',
  'set-unreachable': 'stopped',
  'set-unusable': 'usage',
  'set-too-old': 'stopped',
  'cache-untrusted': 'usage',
  'url-refused': 'usage',
};

const ofCrypto: ExitTable<EncryptionErrorCode | SigningErrorCode> = {
  'key-unfit': 'usage',
  'key-unavailable': 'stopped',
  'option-unfit': 'usage',
  'plaintext-unsealable': 'usage',
  'number-unsafe': 'usage',
  'contract-violation': 'usage',
  'token-malformed': 'usage',
  'token-refused': 'usage',
  'token-unavailable': 'stopped',
  'kid-refused': 'usage',
  'not-opened': 'usage',
  'plaintext-not-json': 'usage',
  'invalid-key': 'usage',
  'key-failed': 'stopped',
  'invalid-option': 'usage',
  'invalid-request': 'usage',
  'malformed-header': 'usage',
};

const ofClient: ExitTable<ClientErrorCode> = {
  'base-url-invalid': 'usage',
  'client-id-invalid': 'usage',
  'service-id-invalid': 'usage',
  'directory-id-invalid': 'usage',
  'consents-missing': 'usage',
  'tls-invalid': 'usage',
  'proxy-invalid': 'usage',
  'file-unreadable': 'usage',
  'pin-mismatch': 'stopped',
  'request-invalid': 'usage',
  'request-too-large': 'usage',
  'request-aborted': 'stopped',
  'answer-too-large': 'stopped',
  'notification-unreadable': 'stopped',
  'notification-unproven': 'stopped',
  'provider-not-taken': 'stopped',
  'provider-refused': 'stopped',
  'provider-denied': 'stopped',
  'provider-unknown': 'stopped',
};

/** The exit that each code earns. A package that adds a code adds a line here: the type check asks for it. */
export const exitOfCode: ExitTable<KnownErrorCode> = {
  ...ofInput,
  ...ofKeys,
  ...ofCrypto,
  ...ofClient,
  ...ofLedger,
  ...ofRunner,
};

/** The exit that an error earns by its code; undefined for a code of none of the packages. */
export function exitOfError({ code }: Pick<EnrollkitError, 'code'>): ExitName | undefined {
  const exits: Readonly<Record<string, ExitName>> = exitOfCode;
  return Object.hasOwn(exits, code) ? exits[code] : undefined;
}
