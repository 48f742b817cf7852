import { terminalLine } from '../../lib/ingest/plain-text.ts';
import { widthOf } from '../../lib/quotable.ts';

/**
 * Formats rows as a table. The first row is an underlined heading; the first column is left-aligned, the
 * others right-aligned for numbers.
 */
export function formatTable(given: readonly (readonly string[])[]): string {
  const rows = given.map((row) => row.map(terminalLine)); // names of files may hold anything
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, c) =>
    Math.max(...rows.map((row) => widthOf(row[c] ?? ''))),
  );
  const lines = rows.map((row) =>
    widths
      .map((w, c) => pad(row[c] ?? '', w, c === 0))
      .join('  ')
      .trimEnd(),
  );
  const rule = widths.map((w) => '─'.repeat(w)).join('──');
  return `${[lines[0] ?? '', rule, ...lines.slice(1)].join('\n')}\n`;
}

function pad(text: string, to: number, left: boolean): string {
  const space = ' '.repeat(to - widthOf(text));
  return left ? text + space : space + text;
}
