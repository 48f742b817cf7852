import { CsvError, parse } from 'csv-parse/sync';
import { decodeText } from '../decode.ts';
import { ReadError, type ReadResult, type SourceFile } from '../reader.ts';
import { fieldsOf, hasTextField, isData, RecordCollector, shownNames } from '../records.ts';

/**
 * CSV and TSV with a header: one document per row, by the names of its columns: see records.ts. A row that cannot be parsed
 * becomes a warning, and the rest is read.
 *
 * @throws {ReadError} no header, no readable row
 */
export function readCsv(file: SourceFile): ReadResult {
  const text = decodeText(file.bytes);
  const delimiter = /\.tsv$/i.test(file.relative) ? '\t' : sniffDelimiter(text);
  const records = new RecordCollector(file, 'csv');
  let header: string[] | null = null;
  let row = 0;
  let nextLine = 1;
  // Row by row, so that a large file is not in memory three times.
  const onRow = (cells: string[], lines: number): null => {
    const line = nextLine;
    nextLine = lines + 1;
    if (!header) {
      if (cells.some((cell) => cell.trim() !== '')) header = checkedHeader(cells);
      return null;
    }
    row++;
    if (cells.length > header.length) {
      records.warnings.add(
        `line ${line}: ${cells.length} cells in ${header.length} columns; the rest is left out`,
      );
    }
    records.add(fieldsOf(header.map((name, i) => [name, cells[i] ?? ''] as const)), row, `line ${line}`);
    return null;
  };
  try {
    parse(text, {
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      skip_records_with_error: true,
      on_skip: (error) => {
        records.refuse(`line ${nextLine}: ${csvReason(error)}`);
        return undefined;
      },
      on_record: (cells: string[], { lines }) => onRow(cells, lines),
    });
  } catch (error) {
    if (error instanceof CsvError) throw new ReadError(csvReason(error), { cause: error });
    throw error;
  }
  return records.result();
}

function csvReason(error: Error | undefined): string {
  if (error instanceof CsvError && error.code === 'CSV_QUOTE_NOT_CLOSED') return 'a quote is never closed';
  return error?.message ?? 'the row cannot be read';
}

/** The first line, unless it is a row like the others: a table without names would lose it. */
function checkedHeader(cells: readonly string[]): string[] {
  const fields = fieldsOf(cells.map((name) => [name, null] as const));
  const first = cells.find((cell) => cell.trim() !== '') ?? '';
  if (hasTextField(fields) || !isData(first)) return [...cells];
  throw new ReadError(`expected a header line with the names of the columns, got ${shownNames(fields)}`);
}

/** The separator that occurs most in the header line: spreadsheets in many countries write ; in place of , */
function sniffDelimiter(text: string): string {
  const header = text.slice(0, 10_000).split('\n', 1)[0] ?? '';
  const count = (mark: string) => header.split(mark).length - 1;
  return [',', ';', '\t'].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}
