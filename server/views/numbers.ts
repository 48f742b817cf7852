/**
 * A weight as a percentage: 0.6234 → "62.3%", 0.0004 → "<0.1%", 0.9996 → ">99.9%". English and Korean
 * write it alike. "100%" means all of it.
 *
 * @param digits  1 for weights that are listed and added up, 2 for factors of a product
 */
export function percent(weight: number, digits = 1): string {
  const least = 10 ** -digits;
  if (weight >= 1) return '100%';
  if (weight >= 1 - least / 200) return `>${(100 - least).toFixed(digits)}%`;
  if (weight >= least / 200) return `${(weight * 100).toFixed(digits)}%`;
  return weight > 0 ? `<${least}%` : '0%';
}

/** 10000 → "10,000". English and Korean write it alike. */
export function grouped(count: number): string {
  return count.toLocaleString('en');
}

/** A number with fixed decimals, three by default, and a true minus sign, which a rounded zero never has. */
export function decimal(value: number, digits = 3): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
}

/**
 * The difference between a printed whole and the sum of its printed parts, caused by rounding; null when
 * it is zero.
 */
export function rounding(parts: readonly number[], whole: number, digits: number): string | null {
  const printed = (value: number) => Number(value.toFixed(digits));
  const rest = printed(parts.reduce((left, part) => left - printed(part), printed(whole)));
  return rest === 0 ? null : decimal(rest, digits);
}

/** At most `digits` decimals without trailing zeros: 2.3178 where `decimal` writes 2.31780. */
export function plain(value: number, digits: number): string {
  return decimal(Number(value.toFixed(digits)), digits).replace(/\.?0+$/, '');
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/**
 * A number that may be tiny, in `digits` significant digits, or with a power of ten below 0.001 and from
 * 100,000: 8.87 × 10⁻⁴.
 */
export function significant(value: number, digits = 4): string {
  if (value === 0) return '0';
  if (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e5) return value.toPrecision(digits).replace('-', '−');
  const [factor = '', power = ''] = value.toExponential(2).split('e');
  const raised = power
    .replace('+', '')
    .replace('-', '⁻')
    .replace(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)] ?? '');
  return `${factor.replace('-', '−')}\u00a0×\u00a010${raised}`;
}

/** The sum of all weights as text, with ✓ when it is 1 within 1e-6. */
export function total(listed: number, others: number, nothing: number) {
  const sum = listed + others + nothing;
  const parts = [listed, others, nothing].map((weight) => decimal(weight, 4));
  return { parts: parts.join(' + '), sum: `${decimal(sum, 4)}${Math.abs(sum - 1) <= 1e-6 ? ' ✓' : ''}` };
}

/** Stroke width of a weight's line in the picture, in SVG units. */
export function lineWidth(weight: number): number {
  return Math.max(0.6, 26 * weight);
}
