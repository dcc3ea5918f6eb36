import type { ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps } from 'react-aria-components/Button';
import { ago, moment, percent } from '../formats.ts';
import { ApiError } from '../api-error.ts';
import { Icon, type IconName } from './icons.tsx';
import type { Share, Tone, Word } from './words.ts';

/** A button; `kind` says how much it weighs. */
export function Button({
  kind = '',
  ...props
}: Omit<ButtonProps, 'className'> & {
  readonly kind?: '' | 'primary' | 'danger' | 'plain' | 'link';
}): ReactNode {
  return <AriaButton {...props} className={`button ${kind}`} />;
}

/** A state in words, with its colour beside it. */
export function State({ word: { text, tone } }: { readonly word: Word }): ReactNode {
  return (
    <span className={`state tone-${tone}`}>
      <span className="dot" aria-hidden="true" />
      {text}
    </span>
  );
}

/** A moment in the reader's time zone; how long ago is its title. */
export function Moment({ at }: { readonly at: string }): ReactNode {
  return (
    <time dateTime={at} title={ago(at)} className="figures">
      {moment(at)}
    </time>
  );
}

/** A card with a heading; a reader of the screen finds it by that. */
export function Card(props: {
  readonly id: string;
  readonly title: ReactNode;
  readonly aside?: ReactNode;
  readonly flush?: boolean;
  readonly children: ReactNode;
}): ReactNode {
  const { id, title, aside, flush = false, children } = props;
  return (
    <section className={flush ? 'card flush' : 'card'} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {aside !== undefined && <div className="soft">{aside}</div>}
      </header>
      {children}
    </section>
  );
}

/** Title of a page with what belongs to all of it. */
export function PageHead(props: {
  readonly title: ReactNode;
  readonly crumbs?: ReactNode;
  readonly lead?: ReactNode;
  readonly children?: ReactNode;
}): ReactNode {
  const { title, crumbs, lead, children } = props;
  return (
    <header className="page-head">
      <div>
        {crumbs !== undefined && <div className="crumbs">{crumbs}</div>}
        <h1>{title}</h1>
        {lead !== undefined && <p>{lead}</p>}
      </div>
      {children !== undefined && <div className="row">{children}</div>}
    </header>
  );
}

/** What should be seen before the rest. */
export function Notice(props: {
  readonly tone: Tone;
  readonly icon?: IconName;
  readonly title: ReactNode;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  /** Read out when it appears. */
  readonly alert?: boolean;
}): ReactNode {
  const { tone, icon = 'alert', title, children, action, alert = false } = props;
  return (
    <div className={`notice tone-${tone}`} {...(alert && { role: 'alert' })}>
      <Icon name={icon} />
      <div>
        <p className="strong">{title}</p>
        {children}
      </div>
      {action}
    </div>
  );
}

/** Where there is nothing, and why that is so. */
export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <div className="empty">
      <strong>{title}</strong>
      {children}
    </div>
  );
}

/** While something is read for the first time. */
export function Loading({ what }: { readonly what: string }): ReactNode {
  return (
    <div className="skeleton" role="status">
      <span className="hidden">Loading {what}</span>
    </div>
  );
}

/** What went wrong and what to do, with a way to try again. */
export function Failure(props: {
  readonly error: unknown;
  readonly what: string;
  readonly again?: () => void;
}): ReactNode {
  const { error, what, again } = props;
  const known = error instanceof ApiError ? error : undefined;
  return (
    <Notice
      tone="refused"
      alert
      title={known?.message ?? `${what} cannot be shown`}
      action={again && <Button onPress={again}>Try again</Button>}
    >
      <p>{known?.hint ?? 'Load the page again. If it comes back, it is a defect of the console.'}</p>
      {known?.fields.map(({ pointer, message }) => (
        <p key={pointer}>
          <span className="mono">{pointer}</span>: {message}
        </p>
      ))}
      {known !== undefined && <p className="soft mono">{known.code}</p>}
    </Notice>
  );
}

/** Stands in the place of what is not read yet: that it is being read, or why it could not be. */
export function Pending(props: {
  readonly error: unknown;
  readonly what: string;
  readonly again?: () => void;
}): ReactNode {
  const { error, what, ...again } = props;
  if (error === null) return <Loading what={what} />;
  return <Failure error={error} what={what.charAt(0).toUpperCase() + what.slice(1)} {...again} />;
}

/**
 * A bar cut into shares. The words and numbers beside it say the same, so readers of the screen skip it.
 */
export function ShareBar({
  shares,
  large = false,
}: {
  readonly shares: readonly Share[];
  readonly large?: boolean;
}) {
  const total = shares.reduce((sum, { value }) => sum + value, 0);
  const widthOf = ({ value }: Share): number => (total === 0 ? 0 : (value / total) * 1000);
  return (
    <span className={large ? 'meter large' : 'meter'} aria-hidden="true">
      <svg viewBox="0 0 1000 10" preserveAspectRatio="none">
        {shares.map((share, index) =>
          share.value === 0 ? null : (
            <rect
              key={share.key}
              className={`fill tone-${share.tone}`}
              x={shares.slice(0, index).reduce((sum, before) => sum + widthOf(before), 0)}
              y="0"
              width={Math.max(2, widthOf(share))}
              height="10"
            />
          ),
        )}
      </svg>
    </span>
  );
}

/** Facts, each with its name. */
export function Facts({ children }: { readonly children: ReactNode }): ReactNode {
  return <dl className="facts">{children}</dl>;
}

/** One fact; nothing where there is no value. */
export function Fact(props: {
  readonly name: string;
  readonly mono?: boolean;
  readonly children: ReactNode;
}): ReactNode {
  const { name, mono = false, children } = props;
  if (children === undefined || children === '') return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd className={mono ? 'mono' : ''}>{children}</dd>
    </div>
  );
}

/** A share of a whole in words. */
export function Part({ value, of }: { readonly value: number; readonly of: number }): ReactNode {
  return <span className="soft figures">{percent(value, of)}</span>;
}

/** A figure with its name above and a note below; to stand in a `dl` of the class `tiles`. */
export function Tile(props: {
  readonly name: string;
  readonly value: string;
  readonly children?: ReactNode;
}): ReactNode {
  const { name, value, children } = props;
  return (
    <div className="tile">
      <dt>{name}</dt>
      <dd>{value}</dd>
      {children !== undefined && children !== false && children !== '' && (
        <dd className="note">{children}</dd>
      )}
    </div>
  );
}
