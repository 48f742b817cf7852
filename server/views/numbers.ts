/**
 * 0.6234 → "62.3%", 0.0004 → "<0.1%", as English and Korean write it; "100%" is all, and nothing less. One decimal everywhere: they are
 * listed to be added up; two where they are multiplied. Shared with the browser, so that both write alike.
 */
export function percent(weight: number, digits = 1): string {
  const least = 10 ** -digits;
  if (weight >= 1) return '100%';
  if (weight >= 1 - least / 200) return `>${(100 - least).toFixed(digits)}%`;
  if (weight >= least / 200) return `${(weight * 100).toFixed(digits)}%`;
  return weight > 0 ? `<${least}%` : '0%';
}

/** 10000 → "10,000", as English and Korean write it. */
export function grouped(count: number): string {
  return count.toLocaleString('en');
}

/** Three decimals with a true minus sign, which zero never has. */
export function decimal(value: number, digits = 3): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
}

/** What parts, as they are printed, want of their whole: what rounding took; null where that is nothing. */
export function rounding(parts: readonly number[], whole: number, digits: number): string | null {
  const printed = (value: number) => Number(value.toFixed(digits));
  const rest = printed(parts.reduce((left, part) => left - printed(part), printed(whole)));
  return rest === 0 ? null : decimal(rest, digits);
}

/** At most so many decimals, none of them a zero at the end: 2.3178, where `decimal` has 2.31780. */
export function plain(value: number, digits: number): string {
  return decimal(Number(value.toFixed(digits)), digits).replace(/\.?0+$/, '');
}

/** A weight or exp that may be tiny: four significant digits, or as many as told. */
export function significant(value: number, digits = 4): string {
  if (value === 0) return '0';
  return (
    Math.abs(value) >= 1e-3 && Math.abs(value) < 1e5 ? value.toPrecision(digits) : value.toExponential(2)
  ).replaceAll('-', '−');
}

/** All weights there are as a sum, and whether they make one, as they must. */
export function total(listed: number, others: number, nothing: number) {
  const sum = listed + others + nothing;
  const parts = [listed, others, nothing].map((weight) => decimal(weight, 4));
  return { parts: parts.join(' + '), sum: `${decimal(sum, 4)}${Math.abs(sum - 1) <= 1e-6 ? ' ✓' : ''}` };
}

/** How wide the line of a weight is drawn, in the picture's units. */
export function lineWidth(weight: number): number {
  return Math.max(0.6, 26 * weight);
}
