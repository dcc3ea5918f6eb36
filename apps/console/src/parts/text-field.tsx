import { useState, type ReactNode, type FormEvent } from 'react';
import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { TextArea } from 'react-aria-components/TextArea';
import { TextField as AriaTextField, type TextFieldProps } from 'react-aria-components/TextField';

/** A field for a text, with what it is for and what is wrong with it. */
export function TextField({
  label,
  description,
  problem,
  lines = 1,
  ...props
}: Omit<TextFieldProps, 'className' | 'children'> & {
  readonly label: string;
  readonly description?: string;
  /**
   * What is wrong with the text; it goes away while it is put right, so that nothing moves under a
   * pointer.
   */
  readonly problem?: string | undefined;
  /** More than one makes it an area. */
  readonly lines?: number;
}): ReactNode {
  return (
    <AriaTextField {...props} className="field" validationBehavior="aria" isInvalid={problem !== undefined}>
      <Label>{label}</Label>
      {lines > 1 ? <TextArea className="input" rows={lines} /> : <Input className="input" />}
      {description !== undefined && <Text slot="description">{description}</Text>}
      <FieldError className="field-error">{problem}</FieldError>
    </AriaTextField>
  );
}

/** What is wrong with a text that must have so many characters; undefined when nothing is. */
export function lacking(value: string, least: number): string | undefined {
  const length = value.trim().length;
  if (length >= least) return undefined;
  return length === 0 ? 'This is needed.' : `At least ${least} characters are needed.`;
}

/**
 * A form that says what its fields lack once somebody has tried to send it, and leads to the first of
 * them.
 */
export function useAttempts(isComplete: boolean, send: () => void) {
  const [tried, setTried] = useState(false);
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (isComplete) return send();
    setTried(true);
    const form = event.currentTarget;
    requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
  };
  return { tried, onSubmit };
}
