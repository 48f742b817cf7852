import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { DocumentInput } from '../document.ts';
import { SearchError } from '../errors.ts';
import { isFile, linesOf, missing } from './lines.ts';
import type { Relevance } from './metrics.ts';

/** A query with its judgements. */
export interface JudgedQuery {
  readonly id: string;
  readonly text: string;
  /** Kind of query, if queries.jsonl gives one in `metadata`. */
  readonly kind: string | null;
  readonly language: string | null;
  /** Gains (> 0) of the relevant documents by id; documents judged not relevant are left out. */
  readonly relevance: Relevance;
  /** Known answers, one of which a good answer contains; [] if answers.jsonl has none. */
  readonly answers: readonly string[];
  /** The id of the document that the query is a copy of, with the same id, if there is one. */
  readonly itself?: string;
}

/** A test collection in memory. */
export interface Collection {
  readonly name: string;
  /** `uri` is the id used in judgements. */
  readonly documents: readonly DocumentInput[];
  /** Queries with at least one relevant document, in the order of the file. */
  readonly queries: readonly JudgedQuery[];
  /** Queries written to have no answer: kind `none` and no relevant document. */
  readonly unanswerable: readonly JudgedQuery[];
  /** Inconsistencies that leave the collection usable, one sentence each. */
  readonly warnings: readonly string[];
}

type ReadNotes = (folder: string) => Promise<readonly DocumentInput[]>;

/**
 * Reads a collection in the format of BEIR (Thakur et al. 2021):
 *
 *     corpus.jsonl     { "_id", "title", "text" } per line
 *     queries.jsonl    { "_id", "text", "metadata"?: { "kind"?, "language"? } } per line
 *     qrels/test.tsv   query-id, corpus-id, score, with that header; else dev.tsv
 *     answers.jsonl    { "_id", "answers": ["…"] } per line, for some queries; optional
 *
 * Instead of corpus.jsonl there may be a collection.json { "name"?, "corpus": "../notes" } whose corpus is a folder
 * of notes; the id of a document is then its path below that folder. Queries without a relevant document are left
 * out, unless their kind is `none`. Judged ones among them, which BEIR's own evaluation would count as 0, give a
 * warning. A query that is a copy of a document (all are in ArguAna) need not find that document, as in BEIR. But a
 * document that merely has the id of a query (1 in Cranfield) counts as any other.
 *
 * @param readNotes reads a folder of notes; a parameter, because evaluation must not depend on the readers of
 *   formats
 * @throws {SearchError} NOT_FOUND when a file is missing; INVALID_DOCUMENT naming file and line
 */
export async function readCollection(folder: string, readNotes: ReadNotes): Promise<Collection> {
  const root = resolve(folder);
  if (!existsSync(root) || !statSync(root).isDirectory()) {
    throw new SearchError('NOT_FOUND', `Expected a folder at ${JSON.stringify(folder)}; there is none.`);
  }
  const described = readDescription(root);
  const documents = await readCorpus(root, described.corpus, readNotes);
  const { judgements, warnings } = readJudgements(join(root, 'qrels'));
  const all = readQueries(
    join(root, 'queries.jsonl'),
    judgements,
    readAnswers(join(root, 'answers.jsonl')),
    documents,
  );
  const queries = all.filter(({ text }) => text.trim() !== '');
  return {
    name: described.name ?? basename(root),
    documents,
    queries: queries.filter(({ relevance }) => relevance.size > 0),
    unanswerable: queries.filter(({ relevance, kind }) => relevance.size === 0 && kind === 'none'),
    warnings: [...warnings, ...inconsistencies(documents, all, judgements)],
  };
}

function readDescription(root: string): { name?: string; corpus?: string } {
  const path = join(root, 'collection.json');
  if (!existsSync(path)) return {};
  const value = parseObject(readFileSync(path, 'utf8'), path);
  for (const field of ['name', 'corpus']) {
    const given = value[field];
    if (given !== undefined && typeof given !== 'string')
      throw invalid(path, `${field} to be a string`, given);
  }
  return value as { name?: string; corpus?: string };
}

async function readCorpus(
  root: string,
  notes: string | undefined,
  readNotes: ReadNotes,
): Promise<readonly DocumentInput[]> {
  const path = join(root, 'corpus.jsonl');
  if (isFile(path)) {
    const documents = readLines(
      path,
      ({ value, where, id }): DocumentInput => ({
        uri: id,
        title: value.title === undefined || value.title === null ? '' : text(value, 'title', where),
        content: value.text === null ? '' : text(value, 'text', where),
        format: 'text',
      }),
    );
    if (documents.length === 0) throw invalid(path, 'at least one document', 'none');
    return documents;
  }
  if (notes === undefined) throw missing(path, ', or a collection.json that names a "corpus" folder');
  return await readNotes(resolve(root, notes));
}

function readQueries(
  path: string,
  judgements: ReadonlyMap<string, Relevance>,
  answers: ReadonlyMap<string, readonly string[]>,
  documents: readonly DocumentInput[],
): JudgedQuery[] {
  const byId = new Map(documents.map((document) => [document.uri, document]));
  return readLines(path, ({ value, where, id }) => {
    const asked = text(value, 'text', where);
    const metadata = (value.metadata ?? {}) as Record<string, unknown>;
    const label = (field: string) =>
      typeof metadata[field] === 'string' ? (metadata[field] as string) : null;
    return {
      id,
      text: asked,
      kind: label('kind'),
      language: label('language'),
      relevance: new Map(Array.from(judgements.get(id) ?? []).filter(([, gain]) => gain > 0)),
      answers: answers.get(id) ?? [],
      ...(isSame(asked, byId.get(id)) ? { itself: id } : {}),
    };
  });
}

/** Whether a query is a word-for-word copy of a document, with or without its title. */
function isSame(query: string, document: DocumentInput | undefined): boolean {
  if (!document) return false;
  const plain = (typed: string) => typed.replace(/\s+/g, ' ').trim();
  const { title = '', content } = document;
  return [content, `${title} ${content}`].some((whole) => plain(whole) === plain(query));
}

function readAnswers(path: string): Map<string, readonly string[]> {
  if (!existsSync(path)) return new Map();
  return new Map(
    readLines(path, ({ value, where, id }) => {
      const { answers } = value;
      if (!Array.isArray(answers) || !answers.every((one) => typeof one === 'string' && one.trim() !== '')) {
        throw invalid(where, 'answers to be a list of texts', answers);
      }
      return [id, answers];
    }),
  );
}

/** All judgements, including zeros: query id → document id → score. */
function readJudgements(folder: string): {
  judgements: Map<string, Map<string, number>>;
  warnings: string[];
} {
  const isDev = !isFile(join(folder, 'test.tsv')) && isFile(join(folder, 'dev.tsv'));
  const path = join(folder, isDev ? 'dev.tsv' : 'test.tsv');
  const warnings = isDev ? ['qrels/test.tsv is missing; qrels/dev.tsv is read instead'] : [];
  const judgements = new Map<string, Map<string, number>>();
  const again: string[] = [];
  let at = 0;
  for (const line of linesOf(path)) {
    at++;
    if (line.trim() === '') continue;
    const [query, document, score, ...more] = line.split('\t');
    const number = Number(score);
    const complete = query && document && score?.trim() && more.length === 0;
    if (at === 1 && complete && Number.isNaN(number)) continue; // the header
    if (!complete || !Number.isFinite(number)) {
      throw invalid(`${path}:${at}`, 'query-id, corpus-id and a number, with tabs between', line);
    }
    const judged = judgements.get(query) ?? new Map<string, number>();
    if ((judged.get(document) ?? number) !== number) again.push(`${query}, ${document}`);
    judgements.set(query, judged.set(document, number));
  }
  const twice = tell(again, 'qrels judge', 'pairs again, otherwise, and the last counts');
  return { judgements, warnings: [...warnings, ...twice] };
}

function inconsistencies(
  documents: readonly DocumentInput[],
  queries: readonly JudgedQuery[],
  judgements: ReadonlyMap<string, Relevance>,
): string[] {
  const documentIds = new Set(documents.map(({ uri }) => uri));
  const queryIds = new Set(queries.map(({ id }) => id));
  const judged = new Set(Array.from(judgements.values(), (relevance) => [...relevance.keys()]).flat());
  const ids = (chosen: readonly JudgedQuery[]) => chosen.map(({ id }) => id);
  const isBlank = ({ text }: JudgedQuery) => text.trim() === '';
  const isIdle = (query: JudgedQuery) =>
    query.relevance.size === 0 && query.kind !== 'none' && judgements.has(query.id) && !isBlank(query);
  return [
    ...tell(
      [...judged].filter((id) => !documentIds.has(id)),
      'qrels name',
      'documents that the corpus lacks',
    ),
    ...tell(
      [...judgements.keys()].filter((id) => !queryIds.has(id)),
      'qrels name',
      'queries that queries.jsonl lacks',
    ),
    ...tell(ids(queries.filter(isBlank)), 'left out:', 'queries without text'),
    ...tell(ids(queries.filter(isIdle)), 'left out:', 'judged queries without a relevant document'),
  ];
}

/** A warning about some ids; [] without ids. */
function tell(ids: readonly string[], before: string, after: string): string[] {
  return ids.length === 0 ? [] : [`${before} ${ids.length} ${after}, first ${JSON.stringify(ids[0])}`];
}

interface Line {
  readonly value: Record<string, unknown>;
  /** file:line */
  readonly where: string;
  /** The `_id` of the object. */
  readonly id: string;
}

/**
 * Reads the objects of a JSONL file. Blank lines are skipped. @throws {SearchError} INVALID_DOCUMENT, also for
 * equal ids
 */
function readLines<T>(path: string, make: (line: Line) => T): T[] {
  const seen = new Set<string>();
  const made: T[] = [];
  let at = 0;
  for (const line of linesOf(path)) {
    const where = `${path}:${++at}`;
    if (line.trim() === '') continue;
    const value = parseObject(line, where);
    const id = text(value, '_id', where);
    if (id === '') throw invalid(where, '_id to have at least one character', '""');
    if (seen.has(id)) throw invalid(where, 'an _id of its own', `${id}, which stands further up`);
    seen.add(id);
    made.push(make({ value, where, id }));
  }
  return made;
}

function parseObject(json: string, where: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw invalid(where, 'a JSON object', json, cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(where, 'a JSON object', json);
  }
  return value as Record<string, unknown>;
}

/**
 * A text field. A whole number is accepted as its digits, because some collections have numeric ids.
 *
 * @throws {SearchError} INVALID_DOCUMENT
 */
function text(value: Record<string, unknown>, field: string, where: string): string {
  const found = value[field];
  if (typeof found === 'string') return found;
  if (Number.isSafeInteger(found)) return String(found);
  // JSON numbers beyond 2⁵³ are rounded: two ids could become one, and match no judgement.
  const kind = typeof found === 'number' ? 'a string, or a whole number below 2⁵³' : 'a string';
  throw invalid(where, `${field} to be ${kind}`, found);
}

function invalid(where: string, expected: string, got: unknown, cause?: unknown): SearchError {
  const shown = typeof got === 'string' ? got : (JSON.stringify(got) ?? 'nothing');
  const short = shown.length > 80 ? `${shown.slice(0, 80)}…` : shown;
  return new SearchError('INVALID_DOCUMENT', `${where}: expected ${expected}, got ${short}.`, { cause });
}
