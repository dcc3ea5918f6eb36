import { useId, type ReactNode } from 'react';
import type { Word } from './words.ts';

/** Chooses one of a few words, or all. */
export function Filter<Key extends string>(props: {
  readonly label: string;
  readonly options: Readonly<Record<Key, Word>>;
  readonly value: Key | undefined;
  readonly onChange: (value: Key | undefined) => void;
}): ReactNode {
  const { label, options, value, onChange } = props;
  const id = useId();
  const keys = Object.keys(options) as Key[];
  return (
    <label htmlFor={id}>
      {label}
      <select
        id={id}
        className="input"
        value={value ?? ''}
        onChange={({ target }) => onChange(keys.find((key) => key === target.value))}
      >
        <option value="">All</option>
        {keys.map((key) => (
          <option key={key} value={key}>
            {options[key].text}
          </option>
        ))}
      </select>
    </label>
  );
}
