import type { Principal, SignInMethod } from './principal.ts';

/** Who signs in and out of the console, and who tries to. A sign-in is recorded before it takes effect. */
export type SecurityEvent =
  | { readonly kind: 'signed-in'; readonly principal: Principal; readonly address: string }
  | { readonly kind: 'signed-out'; readonly principal: Principal; readonly address: string }
  /**
   * `account`: whose it was, when there is such an account; a name that nobody has may be a mistyped
   * password.
   */
  | {
      readonly kind: 'sign-in-refused';
      readonly method: SignInMethod;
      readonly why: string;
      readonly account?: string;
      readonly address: string;
    }
  /** No attempt for an account is taken for a while. */
  | { readonly kind: 'account-locked'; readonly account: string; readonly address: string }
  /** A link was opened again by another browser: what the first one had opened was ended. */
  | { readonly kind: 'link-repeated'; readonly address: string };

/** Hears of it. What it throws, the request is answered with. */
export type RecordSecurityEvent = (event: SecurityEvent) => Promise<void>;
