import { decodeText } from '../decode.ts';
import { jsonErrorAt, lineNumberAt } from '../json-syntax.ts';
import { nothing, ReadError, type ReadResult, type SourceFile } from '../reader.ts';
import { fieldsOf, isBlank, RecordCollector, shownNames, singleRecord } from '../records.ts';

/** Fields in which exports keep their list. */
const LISTS = ['documents', 'items', 'notes', 'data'];

/**
 * JSON: an object is one document. An array of objects, or an object with one in `documents`, `items`, `notes` or
 * `data`, is one document per object. Field names: see records.ts.
 *
 * @throws {ReadError} a syntax error (with the line), nothing with a text in it
 */
export function readJson(file: SourceFile): ReadResult {
  const text = decodeText(file.bytes);
  if (text.trim() === '') return nothing();
  const value = parseJson(text);
  const list = listIn(value);
  if (list) return readList(file, list);
  if (!isObject(value))
    throw new ReadError(`expected an object or an array of objects, got ${kindOf(value)}`);
  const fields = fieldsOf(Object.entries(value));
  const single = singleRecord(file, 'json', fields);
  if (single) return single;
  const lists = LISTS.map((name) => value[name]).filter((list) => Array.isArray(list));
  if (isBlank(fields) || lists.some(({ length }) => length === 0)) return nothing();
  throw new ReadError(`expected a field with text, got only ${shownNames(fields)}`);
}

/**
 * JSON Lines: one object per line. A line that cannot be read becomes a warning.
 *
 * @throws {ReadError} if there are lines, and none of them can be read
 */
export function readJsonLines(file: SourceFile): ReadResult {
  const text = decodeText(file.bytes);
  const records = new RecordCollector(file, 'json');
  let line = 0;
  let row = 0;
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('\n', from);
    const to = end < 0 ? text.length : end;
    const written = text.slice(from, to).trim();
    from = to + 1;
    line++;
    if (written === '') continue;
    row++;
    try {
      const value: unknown = JSON.parse(written);
      if (isObject(value)) records.add(fieldsOf(Object.entries(value)), row, `line ${line}`);
      else records.refuse(`line ${line}: expected an object, got ${kindOf(value)}`);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      records.refuse(`line ${line}: malformed JSON at column ${jsonErrorAt(written) + 1}`);
    }
  }
  return records.result();
}

function readList(file: SourceFile, list: readonly unknown[]): ReadResult {
  const records = new RecordCollector(file, 'json');
  list.forEach((item, i) => {
    if (isObject(item)) records.add(fieldsOf(Object.entries(item)), i + 1, `item ${i + 1}`);
    else records.refuse(`item ${i + 1}: expected an object, got ${kindOf(item)}`);
  });
  return records.result();
}

function listIn(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value;
  if (!isObject(value)) return null;
  const lists = LISTS.map((name) => value[name]).filter((list) => Array.isArray(list));
  return lists.find((list) => list.some(isObject)) ?? null;
}

/** @throws {ReadError} a syntax error, with line and column */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const at = Math.max(0, jsonErrorAt(text));
    const line = lineNumberAt(text, at);
    const column = at - text.lastIndexOf('\n', at - 1);
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0xfffd);
    const what = at >= text.length ? 'it ends too early' : `unexpected ${JSON.stringify(character)}`;
    throw new ReadError(`malformed JSON in line ${line}, column ${column}: ${what}`, { cause: error });
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}
