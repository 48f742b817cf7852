import type { DocumentFormat, DocumentInput } from '../document.ts';
import { isoDate } from './dates.ts';
import { cleanLine, cleanText } from './plain-text.ts';
import { isMachine, LONGEST_NAME, propertiesOf } from './properties.ts';
import { nothing, ReadError, type ReadResult, type SourceFile, Warnings } from './reader.ts';
import { clipTitle, fileTitle } from './titles.ts';

/** Possible names of each field, in lower case. The first field that is present and not empty is used. */
const TITLE = ['title', 'name', 'headline', 'subject', '제목', '이름'];
const CONTENT = ['content', 'text', 'body', 'abstract', 'description', '내용', '본문'];
const ID = ['_id', 'id'];
const TAGS = ['tags', 'keywords', '태그'];
const ALIASES = ['aliases', 'alias', '별칭'];
const DATE = ['date', 'created', 'created_at', 'published', 'published_at', '날짜'];

/** Names of fields that no property is made of. */
const IDENTIFIER = /^(?:_?id|uu?id|guid)$/i;
/** A text of as many words, or as many characters, is a text to read and no property. */
const TEXT = { words: 6, length: 200 } as const;

/** A field of a record: its name as written and in lower case, its value unchanged. */
interface Field {
  readonly name: string;
  readonly key: string;
  readonly value: unknown;
}

/** A row or object. */
type Fields = readonly Field[];

/** Collects the documents of a file of records, with unique uris. */
export class RecordCollector {
  readonly warnings = new Warnings();
  readonly #file: SourceFile;
  readonly #format: DocumentFormat;
  readonly #documents: DocumentInput[] = [];
  readonly #uris = new Set<string>();
  readonly #leftOut = new Map<string, number>();
  #refusal: string | null = null;

  constructor(file: SourceFile, format: DocumentFormat) {
    this.#file = file;
    this.#format = format;
  }

  /**
   * Adds one record as a document, with uri path#id, or path#row without an id. A record without any text becomes a
   * warning.
   *
   * @param row    1 for the first record
   * @param where  the record's name in a report: "line 3", "item 3"
   */
  add(fields: Fields, row: number, where: string): void {
    const read = readFields(fields, true);
    if (!read) {
      const warning = `${where}: no text in it, only ${shownNames(fields)}`;
      if (isBlank(fields)) this.warnings.add(fields.length === 0 ? `${where}: nothing in it` : warning);
      else this.refuse(warning);
      return;
    }
    for (const name of read.leftOut) this.#leftOut.set(name, (this.#leftOut.get(name) ?? 0) + 1);
    const id = cleanLine(asText(pick(fields, ID)?.value)) || String(row);
    const { title = firstWords(read.document.content), ...rest } = read.document;
    this.#documents.push({ uri: this.#uri(id, row), title, format: this.#format, ...rest });
  }

  /** Records a warning for a record that cannot be read. */
  refuse(warning: string): void {
    this.#refusal ??= warning;
    this.warnings.add(warning);
  }

  /** @throws {ReadError} if no record became a document and at least one could not be read */
  result(): ReadResult {
    if (this.#documents.length === 0) {
      if (this.#refusal !== null) throw new ReadError(this.#refusal);
      return nothing('there are no records in it');
    }
    for (const [name, count] of this.#leftOut) this.warnings.add(leftOutOf(name, count));
    return { documents: this.#documents, warnings: this.warnings.list() };
  }

  /** Records with the same id stay separate documents: later ones get their row appended. */
  #uri(id: string, row: number): string {
    let uri = `${this.#file.relative}#${id}`;
    while (this.#uris.has(uri)) uri += `@${row}`;
    this.#uris.add(uri);
    return uri;
  }
}

/** The document of a file with a single record, and what was left out of it; null if there is no text in it. */
export function singleRecord(file: SourceFile, format: DocumentFormat, fields: Fields): ReadResult | null {
  const read = readFields(fields, false);
  if (!read) return null;
  const document = {
    uri: file.relative,
    format,
    ...read.document,
    title: read.document.title ?? fileTitle(file),
  };
  const warnings = new Warnings();
  for (const name of read.leftOut) warnings.add(leftOutOf(name, 1));
  return { documents: [document], warnings: warnings.list() };
}

function leftOutOf(name: string, records: number): string {
  return `what is nested in ${shownName(name)} is left out${records > 1 ? ` of ${records} records` : ''}`;
}

/** The fields of a record by name; those without a name are named by their place. */
export function fieldsOf(entries: Iterable<readonly [string, unknown]>): Fields {
  return Array.from(entries, ([written, value], i) => {
    const name = cleanLine(written.slice(0, LONGEST_NAME)) || `column ${i + 1}`;
    return { name, key: name.toLowerCase(), value };
  });
}

/** Whether a record without text has nothing at all in it, rather than nothing that is understood. */
export function isBlank(fields: Fields): boolean {
  return hasTextField(fields) || fields.every(({ value }) => isEmpty(value));
}

function isEmpty(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return String(value ?? '').trim() === '';
}

/** Whether any of the names is that of a title or a content. */
export function hasTextField(fields: Fields): boolean {
  return fields.some(({ key }) => TITLE.includes(key) || CONTENT.includes(key));
}

/** The first names of a record, for a message. */
export function shownNames(fields: Fields): string {
  return fields
    .slice(0, 10)
    .map(({ name }) => shownName(name))
    .join(', ');
}

function shownName(name: string): string {
  return JSON.stringify(name.slice(0, 40));
}

interface ReadFields {
  readonly document: Pick<DocumentInput, 'content' | 'tags' | 'date' | 'aliases' | 'properties'> & {
    readonly title?: string;
  };
  /** Names of the fields with something nested. */
  readonly leftOut: readonly string[];
}

/**
 * What a record says. Texts besides its content join it, each after its name; other values are properties.
 *
 * @param isRow whether the first text is its title if it has neither title nor content
 * @returns null without any text
 */
function readFields(fields: Fields, isRow: boolean): ReadFields | null {
  const [titled, body, tagged, aliased, dated] = [TITLE, CONTENT, TAGS, ALIASES, DATE].map((names) =>
    pick(fields, names),
  );
  const tags = asTags(tagged?.value);
  const names = asNames(aliased?.value);
  const date = isoDate(asText(dated?.value));
  const used = [titled, body, tags[0] && tagged, names[0] && aliased, date && dated];
  const others = fields
    .filter((field) => !used.includes(field) && !IDENTIFIER.test(field.key))
    .map(readOther);
  const code = cleanLine(asText(pick(fields, ['id'])?.value));
  const isNamed = /\p{L}/u.test(code) && !isMachine(code);
  const isTold = titled !== undefined || body !== undefined;
  const first = isTold ? undefined : others.find(({ texts, values }) => [...texts, ...values].some(isWords));
  if (!isTold && !first && !(isRow && isNamed)) return null;
  const heading = isRow && first?.texts.length === 0 ? first : undefined;
  const title =
    clipTitle(heading?.values.join(', ') ?? asText(titled?.value)) || (isTold || first ? '' : code);
  const texts = others.flatMap((other) => other.texts.map((text) => `${other.name}: ${text}`));
  const content = cleanText([asText(body?.value), ...texts].filter((text) => text !== '').join('\n\n'));
  if (title === '' && content === '' && !first) return null;
  const properties = propertiesOf(
    others.filter((other) => other !== heading).map(({ name, values }) => [name, values]),
    IDENTIFIER,
  );
  const aliases = [...new Set([...(isNamed && code !== title ? [code] : []), ...names])];
  const document = {
    content,
    ...(title === '' ? {} : { title }),
    ...(tags.length > 0 ? { tags } : {}),
    ...(aliases.length > 0 ? { aliases } : {}),
    ...(date ? { date } : {}),
    ...(properties.length > 0 ? { properties } : {}),
  };
  return { document, leftOut: others.filter(({ isNested }) => isNested).map(({ name }) => name) };
}

/** A field that is neither title nor content nor another of the known ones: its texts to read, and its other values. */
function readOther({ name, value }: Field) {
  const items = Array.isArray(value) ? value : [value];
  const said = items.filter((item) => typeof item !== 'object').map((item) => String(item ?? '').trim());
  const isText = (text: string) =>
    (text.length > TEXT.length || text.split(/\s+/, TEXT.words).length === TEXT.words) && !isMachine(text);
  return {
    name,
    texts: said.filter(isText),
    values: said.filter((text) => text !== '' && !isText(text)),
    isNested: items.some((item) => typeof item === 'object' && !isEmpty(item)),
  };
}

/** A number, perhaps with a unit or a month; a yes or no; an address on the web. */
const DATA = /^(?:[\p{Sc}~+-]?\s?\p{Nd}\P{L}*\p{L}*\P{L}*|true|yes|no|\w+:\/\/\S+)$/iu;

/** Whether a value has words, so that it can be a title. */
function isWords(text: string): boolean {
  return !isData(text) && !isMachine(text);
}

/** Whether a cell is a number, a date or the like: no name of a column, nor a title. */
export function isData(text: string): boolean {
  return !/\p{L}/u.test(text) || DATA.test(text.slice(0, TEXT.length)) || isoDate(text) !== null;
}

function pick(fields: Fields, names: readonly string[]): Field | undefined {
  for (const name of names) {
    const field = fields.find(({ key, value }) => key === name && asText(value).trim() !== '');
    if (field) return field;
  }
  return undefined;
}

/** Strings, numbers, and lists of them as paragraphs; '' for objects. */
function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) {
    return value
      .filter((item) => typeof item === 'string' || typeof item === 'number')
      .map(String)
      .join('\n\n');
  }
  return '';
}

/** Tags from a list, or from a string separated by commas or semicolons, or else by spaces. */
export function asTags(value: unknown): string[] {
  const text = asText(value);
  const parts = Array.isArray(value) ? value.map(asText) : text.split(/[,;]/.test(text) ? /[,;]/ : /\s+/);
  const tags = parts.map((part) => cleanLine(part).replace(/^#+/, ''));
  return [...new Set(tags.filter((tag) => tag !== ''))];
}

/** Names from a list, or from a string separated by commas. */
export function asNames(value: unknown): string[] {
  const parts = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : [];
  const names = parts.filter((part) => typeof part === 'string').map((part) => cleanLine(part));
  return [...new Set(names.filter((name) => name !== ''))];
}

/** The title of a record without one: the first words of its content. */
function firstWords(content: string): string {
  const line = content.slice(0, 1000).split('\n', 1)[0] ?? '';
  const words = line.slice(0, 80);
  const cut = line.length > 80 ? words.lastIndexOf(' ') : -1;
  const head = cut > 40 ? words.slice(0, cut) : words.replace(/\p{Surrogate}$/u, '');
  return clipTitle(line.length > 80 ? `${head}…` : head);
}
