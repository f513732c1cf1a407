const SMALLEST_FIXED = 1e-3;
const LARGEST_FIXED = 1e5;
const DIGITS = 4;

/** A metric or a rate: four significant digits, scientific where very small or large. */
export function formatNumber(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (Number.isInteger(value) && Math.abs(value) < LARGEST_FIXED) return String(value);
  const size = Math.abs(value);
  if (size < SMALLEST_FIXED || size >= LARGEST_FIXED) {
    return value
      .toExponential(DIGITS - 1)
      .replace(/\.?0+e/, 'e')
      .replace('e+', 'e');
  }
  return String(Number(value.toPrecision(DIGITS)));
}

/** A learning rate, as people write it: `0.001`, `2.5e-4`. */
export function formatRate(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return formatNumber(value);
  if (value !== 0 && Math.abs(value) < SMALLEST_FIXED) {
    return Number(value.toPrecision(DIGITS)).toExponential();
  }
  return String(Number(value.toPrecision(DIGITS)));
}

const SMALLEST_SHARE = 1e-3;

/** A share from 0 to 1 in per cent; a little is not told as nothing. */
export function formatShare(value: number): string {
  return value > 0 && value < SMALLEST_SHARE ? '<0.1 %' : `${(value * 100).toFixed(1)} %`;
}

const thousands = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** A count, with separators. */
export function formatCount(value: number): string {
  return thousands.format(value);
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${UNITS[unit] ?? ''}`;
}
