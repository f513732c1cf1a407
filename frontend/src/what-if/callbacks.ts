import { array, isRecord, unknown } from '../api/decode';
import type { CallbackSpec } from '../api/replay';

/** What a replay runs; the others act on files, the network or the model itself. */
const REPLAYED: ReadonlySet<string> = new Set([
  'EarlyStopping',
  'ReduceLROnPlateau',
  'ModelCheckpoint',
  'LearningRateScheduler',
  'TerminateOnNaN',
  'LambdaCallback',
]);

/** What can be tried on a job that ran without it. */
export const ADDABLE = ['EarlyStopping', 'ReduceLROnPlateau', 'ModelCheckpoint'] as const;

/** The callbacks of a job's spec that a replay runs. */
export function replayed(spec: unknown): CallbackSpec[] {
  if (!isRecord(spec) || !Array.isArray(spec['callbacks'])) return [];
  return array(unknown)(spec['callbacks']).filter(
    (callback): callback is CallbackSpec =>
      isRecord(callback) && typeof callback['type'] === 'string' && REPLAYED.has(callback['type']),
  );
}

export function nameOf(callback: CallbackSpec): string {
  return typeof callback['name'] === 'string' ? callback['name'] : callback.type;
}

/** The metric that a callback watches; Keras' default where it says nothing. */
export function monitorOf(callback: CallbackSpec): string {
  return typeof callback['monitor'] === 'string' ? callback['monitor'] : 'val_loss';
}

export interface Slider {
  name: string;
  min: number;
  max: number;
  step: number;
}

/** What to change of a type of callback, on a history of so many epochs whose metric spans so much. */
export function slidersOf(type: string, epochs: number, span: number): Slider[] {
  const most = Math.max(10, epochs);
  const counts = (name: string): Slider => ({ name, min: 0, max: most, step: 1 });
  const delta: Slider = { name: 'min_delta', min: 0, max: nice(span / 4), step: nice(span / 4) / 100 };
  switch (type) {
    case 'EarlyStopping':
      return [counts('patience'), delta, counts('start_from_epoch')];
    case 'ReduceLROnPlateau':
      return [
        counts('patience'),
        delta,
        { name: 'factor', min: 0.05, max: 0.95, step: 0.05 },
        counts('cooldown'),
      ];
    default:
      return [];
  }
}

/** One, two or five times a power of ten, not below the value. */
export function nice(value: number): number {
  if (!(value > 0) || !Number.isFinite(value)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((n) => n * power >= value) ?? 10) * power;
}

/** Values to sweep: 0 to 10, then ever wider up to all epochs. */
export function patiences(epochs: number): number[] {
  const values: number[] = [];
  for (let value = 0; value <= epochs && values.length < 40; value += Math.max(1, Math.floor(value / 8))) {
    values.push(value);
  }
  return values;
}
