const DAY = /^(\d{4})\s?[-/.년]\s?(\d{1,2})\s?[-/.월]\s?(\d{1,2})(?:\s?일|\.)?$/;
const INSTANT = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?) ?(Z|[+-]\d{2}:?\d{2})?$/i;

/**
 * A date as people and programs write it, converted to ISO 8601. A day (2024-03-05, 2024/3/5, 2024.3.5., 2024년 3월
 * 5일) stays a day. A day with time becomes UTC; without a time zone it counts as UTC, so that all machines agree.
 *
 * @returns null for anything else, and for days that do not exist
 */
export function isoDate(text: string): string | null {
  const written = text.trim();
  const day = DAY.exec(written);
  if (day) {
    const [, year = '', month = '', date = ''] = day;
    return existingDay(`${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`);
  }
  const instant = INSTANT.exec(written);
  if (!instant || existingDay(instant[1] ?? '') === null) return null;
  const at = new Date(
    `${instant[1]}T${instant[2]}${(instant[3] ?? 'Z').replace(/(\d{2})(\d{2})$/, '$1:$2')}`,
  );
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

/** `new Date('2024-02-31')` is the second of March, so the result is compared with the input. */
function existingDay(day: string): string | null {
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day) ? day : null;
}
