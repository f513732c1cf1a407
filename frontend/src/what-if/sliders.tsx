import type { CallbackSpec } from '../api/replay';
import { formatNumber } from '../format/number';
import { words } from '../format/place';
import { useCatalogue } from '../schema/catalogue';
import type { Slider } from './callbacks';

interface Props {
  callback: CallbackSpec;
  sliders: readonly Slider[];
  changes: Readonly<Record<string, number>>;
  onChange: (name: string, value: number) => void;
}

/** One slider for each parameter, described and with the default as the catalogue has it. */
export function Sliders({ callback, sliders, changes, onChange }: Props) {
  const { data } = useCatalogue('callbacks');
  const parameters = data?.find(({ name }) => name === callback.type)?.schema.properties;
  return sliders.map(({ name, min, max, step }) => {
    const known = changes[name] ?? callback[name] ?? parameters?.get(name)?.default ?? min;
    const value = typeof known === 'number' ? known : min;
    return (
      <label key={name} className="field slider" title={parameters?.get(name)?.description}>
        <span>
          {words(name)} <output>{formatNumber(value)}</output>
        </span>
        <input
          type="range"
          data-testid={`what-if-${name}`}
          min={min}
          max={Math.max(max, value)}
          step={step}
          value={value}
          onChange={(e) => {
            onChange(name, Number(e.target.value));
          }}
        />
      </label>
    );
  });
}
