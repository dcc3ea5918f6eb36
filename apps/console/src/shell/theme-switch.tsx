import type { ReactNode } from 'react';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup';
import { Icon } from '../parts/icons.tsx';
import { setTheme, useTheme, type Theme } from '../theme.ts';

const themes: readonly (readonly [Theme, string])[] = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

/** Light, dark, or as the system has it. */
export function ThemeSwitch(): ReactNode {
  const theme = useTheme();
  return (
    <ToggleButtonGroup
      className="segmented"
      aria-label="Colours"
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[theme]}
      onSelectionChange={([chosen]) => setTheme(chosen === 'light' || chosen === 'dark' ? chosen : 'system')}
    >
      {themes.map(([id, name]) => (
        <ToggleButton key={id} id={id} aria-label={name}>
          <Icon name={id} />
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
