import type { ReactNode } from 'react';
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
  lines = 1,
  ...props
}: Omit<TextFieldProps, 'className' | 'children'> & {
  readonly label: string;
  readonly description?: string;
  /** More than one makes it an area. */
  readonly lines?: number;
}): ReactNode {
  return (
    <AriaTextField {...props} className="field">
      <Label>{label}</Label>
      {lines > 1 ? <TextArea className="input" rows={lines} /> : <Input className="input" />}
      {description !== undefined && <Text slot="description">{description}</Text>}
      <FieldError className="field-error" />
    </AriaTextField>
  );
}
