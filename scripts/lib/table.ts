import { terminalLine } from '../../lib/ingest/plain-text.ts';

/**
 * Formats rows as a table. The first row is an underlined heading; the first column is left-aligned, the
 * others right-aligned for numbers.
 */
export function formatTable(given: readonly (readonly string[])[]): string {
  const rows = given.map((row) => row.map(terminalLine)); // names of files may hold anything
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, c) =>
    Math.max(...rows.map((row) => width(row[c] ?? ''))),
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
  const space = ' '.repeat(to - width(text));
  return left ? text + space : space + text;
}

/** Width in terminal cells: Hangul, kana and Han take two. */
function width(text: string): number {
  let cells = 0;
  for (const character of text) {
    cells += /[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(character)
      ? 2
      : 1;
  }
  return cells;
}
