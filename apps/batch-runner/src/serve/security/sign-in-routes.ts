import { defined } from '@enrollkit/base';
import type { Validator } from '@enrollkit/contract';
import {
  validateLinkRequest,
  validateSignInRequest,
  type Session as SessionAnswer,
  type SignInOptions,
} from '@enrollkit/contract/runner';
import { getConnInfo } from '@hono/node-server/conninfo';
import { Hono, type Context } from 'hono';
import { clientAddress } from './addresses.ts';
import { AttemptLimits } from './attempt-limits.ts';
import { authorize, type SignedIn } from './authorize.ts';
import type { Cookies } from './cookies.ts';
import type { RecordSecurityEvent } from './events.ts';
import type { OidcOutcome, OidcSignIn } from './oidc.ts';
import type { OneTimeLinks } from './one-time-links.ts';
import type { PasswordSignIn } from './password-sign-in.ts';
import type { Principal } from './principal.ts';
import { problem, type SecurityProblemCode } from './problems.ts';
import type { Reach } from './reach.ts';
import type { Session, Sessions } from './sessions.ts';

/** The ways to sign in that a console offers. */
export interface SignInWays {
  readonly links?: OneTimeLinks;
  readonly passwords?: PasswordSignIn;
  readonly oidc?: OidcSignIn;
  /** What the identity provider is called on its button. */
  readonly oidcName?: string;
}

/** What the routes of signing in and out work with. */
export interface SignInDependencies {
  readonly reach: Reach;
  readonly sessions: Sessions;
  readonly cookies: Cookies;
  readonly ways: SignInWays;
  readonly record: RecordSecurityEvent;
  /** Whose the one-time link is: who started the server. */
  readonly owner: Principal;
  /** What every answer about a session says of the server. */
  readonly about: () => Promise<Pick<SessionAnswer, 'environment' | 'version'>>;
  readonly now: () => number;
}

/** Attempts with links and at the identity provider, from one address. */
const OTHER_ATTEMPTS = { attempts: 60, windowMs: 10 * 60_000, maxKeys: 5000 };

/** `/api/session` and what is below it. */
export function signInRoutes(dependencies: SignInDependencies): Hono<SignedIn> {
  const { sessions, cookies, ways, about } = dependencies;
  const handlers = new SignInHandlers(dependencies);
  const signedIn = authorize({ sessions, cookies }, { role: 'viewer', countsAsUse: false });
  return new Hono<SignedIn>()
    .get('/options', async (context) =>
      context.json<SignInOptions>(
        defined<SignInOptions>({
          methods: [
            ...(ways.links === undefined ? [] : (['link'] as const)),
            ...(ways.passwords === undefined ? [] : (['password'] as const)),
            ...(ways.oidc === undefined ? [] : (['oidc'] as const)),
          ],
          oidcName: ways.oidc === undefined ? undefined : ways.oidcName,
          environment: (await about()).environment,
        }),
      ),
    )
    .post('/login', (context) => handlers.password(context))
    .post('/link', (context) => handlers.link(context))
    .post('/oidc', (context) => handlers.beginOidc(context))
    .get('/oidc/callback', (context) => handlers.finishOidc(context))
    .get('/', signedIn, (context) => handlers.describe(context, context.get('session')))
    .delete('/', signedIn, (context) => handlers.signOut(context, context.get('session')));
}

class SignInHandlers {
  readonly #with: SignInDependencies;
  readonly #limits: AttemptLimits;
  /** The secret of the session that the last link opened. */
  #linkSession: string | undefined;

  constructor(dependencies: SignInDependencies) {
    this.#with = dependencies;
    this.#limits = new AttemptLimits(OTHER_ATTEMPTS, dependencies.now);
  }

  async password(context: Context<SignedIn>): Promise<Response> {
    const { passwords } = this.#with.ways;
    if (passwords === undefined) return problem('sign-in-not-offered');
    const body = await bodyOf(context, validateSignInRequest);
    if (body === undefined) return problem('body-unusable');
    const outcome = await passwords.attempt({ ...body, address: this.#addressOf(context) });
    if (outcome.kind === 'wait') return problem('too-many-attempts', { retryAfterMs: outcome.ms });
    if (outcome.kind === 'wrong') return problem('sign-in-refused');
    return this.describe(context, (await this.#open(context, outcome.principal)).session);
  }

  async link(context: Context<SignedIn>): Promise<Response> {
    const { ways, sessions, record, owner } = this.#with;
    const address = this.#addressOf(context);
    if (ways.links === undefined) return problem('sign-in-not-offered');
    const body = await bodyOf(context, validateLinkRequest);
    if (body === undefined) return problem('body-unusable');
    const ms = this.#limits.take(address);
    if (ms > 0) return problem('too-many-attempts', { retryAfterMs: ms });
    const redeemed = ways.links.redeem(body.linkToken);
    if (redeemed === 'good') {
      const { session, secret } = await this.#open(context, owner);
      this.#linkSession = secret;
      return this.describe(context, session);
    }
    // The browser that opened the link first may open it again; any other one must have it from somewhere.
    if (redeemed === 'repeated' && this.#linkSession !== undefined) {
      const own = this.#with.cookies.session(context);
      const session = own === this.#linkSession ? sessions.find(own, { use: false }) : undefined;
      if (session !== undefined) return this.describe(context, session);
      sessions.end(this.#linkSession);
      await record({ kind: 'link-repeated', address });
    }
    return problem('link-refused');
  }

  async beginOidc(context: Context<SignedIn>): Promise<Response> {
    const { oidc } = this.#with.ways;
    if (oidc === undefined) return problem('sign-in-not-offered');
    const address = this.#addressOf(context);
    const ms = this.#limits.take(address);
    if (ms > 0) return problem('too-many-attempts', { retryAfterMs: ms });
    const begun = await oidc.begin();
    if (begun === undefined) {
      await this.#with.record({
        kind: 'sign-in-refused',
        method: 'oidc',
        why: 'the identity provider cannot be reached, or does not describe itself',
        address,
      });
      return problem('identity-provider-unavailable');
    }
    this.#with.cookies.setFlow(context, begun.flowId);
    return context.json({ location: begun.location });
  }

  /** Leads to the first page in any case: where to is never taken from the request. */
  async finishOidc(context: Context<SignedIn>): Promise<Response> {
    const { ways, cookies } = this.#with;
    if (ways.oidc === undefined) return problem('sign-in-not-offered');
    const outcome = await ways.oidc.finish(cookies.flow(context), new URL(context.req.url).search);
    cookies.dropFlow(context);
    if (outcome.kind !== 'signed-in') return this.#backWith(context, outcome);
    await this.#open(context, outcome.principal);
    return context.redirect('/', 303);
  }

  async describe(context: Context<SignedIn>, session: Session): Promise<Response> {
    const { principal, csrfToken, expiresAt } = session;
    return context.json<SessionAnswer>({
      user: principal.name,
      role: principal.role,
      signedInBy: principal.method,
      csrfToken,
      expiresAt: new Date(expiresAt).toISOString(),
      ...(await this.#with.about()),
    });
  }

  async signOut(context: Context<SignedIn>, { principal }: Session): Promise<Response> {
    const { sessions, cookies, record } = this.#with;
    sessions.end(cookies.session(context) ?? '');
    cookies.dropSession(context);
    await record({ kind: 'signed-out', principal, address: this.#addressOf(context) });
    context.header('Clear-Site-Data', '"cache", "storage"');
    return context.body(null, 204);
  }

  async #open(context: Context<SignedIn>, principal: Principal): Promise<ReturnType<Sessions['open']>> {
    const { sessions, cookies, record } = this.#with;
    await record({ kind: 'signed-in', principal, address: this.#addressOf(context) });
    // Whatever session the browser had is over; the new one never has a secret that was there before.
    sessions.end(cookies.session(context) ?? '');
    const opened = sessions.open(principal);
    cookies.setSession(context, opened.secret);
    return opened;
  }

  async #backWith(
    context: Context<SignedIn>,
    outcome: Exclude<OidcOutcome, { kind: 'signed-in' }>,
  ): Promise<Response> {
    const code: SecurityProblemCode = outcome.kind === 'no-role' ? 'role-insufficient' : 'sign-in-refused';
    await this.#with.record({
      kind: 'sign-in-refused',
      method: 'oidc',
      why: outcome.kind === 'no-role' ? `${outcome.name} has none of the configured roles` : outcome.why,
      address: this.#addressOf(context),
    });
    return context.redirect(`/#sign-in-problem=${code}`, 303);
  }

  #addressOf(context: Context<SignedIn>): string {
    return clientAddress(
      {
        remoteAddress: getConnInfo(context).remote.address,
        forwardedFor: context.req.header('X-Forwarded-For'),
      },
      this.#with.reach,
    );
  }
}

/** The body as it was checked; undefined when it is not what the operation takes. */
async function bodyOf<Body>(
  context: Context<SignedIn>,
  validate: Validator<Body>,
): Promise<Body | undefined> {
  const content: unknown = await context.req.json().catch(() => undefined);
  const checked = validate(content);
  return checked.valid ? checked.value : undefined;
}
