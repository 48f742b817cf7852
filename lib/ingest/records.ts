import type { DocumentFormat, DocumentInput } from '../document.ts';
import { isoDate } from './dates.ts';
import { cleanLine, cleanText } from './plain-text.ts';
import { nothing, ReadError, type ReadResult, type SourceFile, Warnings } from './reader.ts';
import { clipTitle, fileTitle } from './titles.ts';

/** Possible names of each field, in lower case. The first field that is present and not empty is used. */
const TITLE = ['title', 'name', 'headline', 'subject', '제목', '이름'];
const CONTENT = ['content', 'text', 'body', 'abstract', 'description', '내용', '본문'];
const ID = ['_id', 'id'];
const TAGS = ['tags', 'keywords', '태그'];
const DATE = ['date', 'created', 'created_at', 'published', 'published_at', '날짜'];

/** A row or object: names in lower case, values unchanged. */
type Fields = ReadonlyMap<string, unknown>;

/** Collects the documents of a file of records, with unique uris. */
export class RecordCollector {
  readonly warnings = new Warnings();
  readonly #file: SourceFile;
  readonly #format: DocumentFormat;
  readonly #documents: DocumentInput[] = [];
  readonly #uris = new Set<string>();
  #refusal: string | null = null;

  constructor(file: SourceFile, format: DocumentFormat) {
    this.#file = file;
    this.#format = format;
  }

  /**
   * Adds one record as a document, with uri path#id, or path#row without an id. A record with neither title nor
   * content becomes a warning.
   *
   * @param row    1 for the first record
   * @param where  the record's name in a report: "line 3", "item 3"
   */
  add(fields: Fields, row: number, where: string): void {
    const read = readFields(fields);
    if (!read) {
      const warning = `${where}: no title (${TITLE[0]}, ${TITLE[1]} …) and no content (${namesOf(CONTENT)})`;
      if (isBlank(fields)) this.warnings.add(warning);
      else this.refuse(warning);
      return;
    }
    const id = cleanLine(asText(pick(fields, ID))) || String(row);
    const { title = firstWords(read.content), ...rest } = read;
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

/** The document of a file with a single record; null if it has neither title nor content. */
export function singleRecord(file: SourceFile, format: DocumentFormat, fields: Fields): DocumentInput | null {
  const read = readFields(fields);
  return read && { uri: file.relative, format, ...read, title: read.title ?? fileTitle(file) };
}

/** Fields by name in lower case; of names that become equal, the first wins. */
export function fieldsOf(entries: Iterable<readonly [string, unknown]>): Map<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const [name, value] of entries) {
    const key = name.trim().toLowerCase().normalize('NFC');
    if (!fields.has(key)) fields.set(key, value);
  }
  return fields;
}

/** Whether a record without title and content is empty, rather than not understood. */
export function isBlank(fields: Fields): boolean {
  return fields.size === 0 || hasTextField(fields.keys());
}

/** Whether any of the names is that of a title or a content. */
export function hasTextField(names: Iterable<string>): boolean {
  return [...names].some((name) => TITLE.includes(name) || CONTENT.includes(name));
}

/** The fields of which a record needs one, for an error message. */
export function expectedFields(): string {
  return `a title (${namesOf(TITLE)}) or a content (${namesOf(CONTENT)})`;
}

interface ReadFields extends Pick<DocumentInput, 'content' | 'tags' | 'date'> {
  readonly title?: string;
}

function readFields(fields: Fields): ReadFields | null {
  const title = clipTitle(asText(pick(fields, TITLE)));
  const content = cleanText(asText(pick(fields, CONTENT)));
  if (title === '' && content === '') return null;
  const tags = asTags(pick(fields, TAGS));
  const date = isoDate(asText(pick(fields, DATE)));
  return {
    content,
    ...(title === '' ? {} : { title }),
    ...(tags.length > 0 ? { tags } : {}),
    ...(date ? { date } : {}),
  };
}

function pick(fields: Fields, names: readonly string[]): unknown {
  return names.map((name) => fields.get(name)).find((value) => asText(value).trim() !== '');
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

/** The title of a record without one: the first words of its content. */
function firstWords(content: string): string {
  const line = content.slice(0, 1000).split('\n', 1)[0] ?? '';
  const words = line.slice(0, 80);
  const cut = line.length > 80 ? words.lastIndexOf(' ') : -1;
  const head = cut > 40 ? words.slice(0, cut) : words.replace(/\p{Surrogate}$/u, '');
  return clipTitle(line.length > 80 ? `${head}…` : head);
}

function namesOf(names: readonly string[]): string {
  return names.filter((name) => /^[a-z]+$/.test(name)).join(', ');
}
