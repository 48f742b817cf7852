import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { DocumentInput } from '../document.ts';
import { SearchError } from '../errors.ts';
import type { Relevance } from './metrics.ts';

/** A query with its judgements. */
export interface JudgedQuery {
  readonly id: string;
  readonly text: string;
  /** What sort of query it is, where queries.jsonl says so in `metadata`. */
  readonly kind: string | null;
  readonly language: string | null;
  /** Gains of the relevant documents; judged and not relevant is left out. */
  readonly relevance: Relevance;
  /** Texts of which one has to stand in a good answer; none where answers.jsonl does not say. */
  readonly answers: readonly string[];
  /** Where the query is a document of the collection, word for word and by its id: that document's id. */
  readonly itself?: string;
}

/** A test collection in memory. */
export interface Collection {
  readonly name: string;
  /** `uri` is the id that judgements speak of. */
  readonly documents: readonly DocumentInput[];
  /** Queries with at least one relevant document, in the order of the file. */
  readonly queries: readonly JudgedQuery[];
  /** Queries written so that nothing answers them: kind `none` and nothing relevant. */
  readonly unanswerable: readonly JudgedQuery[];
  /** What does not fit together, one sentence each; the collection is usable all the same. */
  readonly warnings: readonly string[];
}

type ReadNotes = (folder: string) => Promise<readonly DocumentInput[]>;

/**
 * Reads a folder in the form of BEIR (Thakur et al. 2021):
 *
 *     corpus.jsonl     { "_id", "title", "text" } a line
 *     queries.jsonl    { "_id", "text", "metadata"?: { "kind"?, "language"? } } a line
 *     qrels/test.tsv   query-id, corpus-id, score, with that header
 *     answers.jsonl    { "_id", "answers": ["…"] } a line, of some queries; may be missing
 *
 * Instead of corpus.jsonl there may be a collection.json { "name"?, "corpus": "../notes" }
 * whose corpus is a folder of notes; a document's id is then its path below that folder.
 * Queries without a relevant document are left out, as in BEIR's own evaluation, unless their
 * kind is `none`. A query that is a document itself (in ArguAna each is) does not have to find it, as
 * there; but a document that only happens to have the query's id (1 in Cranfield) counts like any other.
 *
 * @param readNotes reads a folder of notes; handed in, because measuring depends on no reader of formats
 * @throws {SearchError} NOT_FOUND when a file is missing; INVALID_DOCUMENT naming file and line
 */
export async function readCollection(folder: string, readNotes: ReadNotes): Promise<Collection> {
  const root = resolve(folder);
  if (!existsSync(root) || !statSync(root).isDirectory()) {
    throw new SearchError('NOT_FOUND', `Expected a folder at ${JSON.stringify(folder)}; there is none.`);
  }
  const described = readDescription(root);
  const documents = await readCorpus(root, described.corpus, readNotes);
  const judgements = readJudgements(join(root, 'qrels', 'test.tsv'));
  const queries = readQueries(
    join(root, 'queries.jsonl'),
    judgements,
    readAnswers(join(root, 'answers.jsonl')),
    documents,
  );
  return {
    name: described.name ?? basename(root),
    documents,
    queries: queries.filter(({ relevance }) => relevance.size > 0),
    unanswerable: queries.filter(({ relevance, kind }) => relevance.size === 0 && kind === 'none'),
    warnings: inconsistencies(documents, queries, judgements),
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
  if (existsSync(path)) {
    return readLines(path).map(({ value, where }) => ({
      uri: text(value, '_id', where),
      title: value.title === undefined || value.title === null ? '' : text(value, 'title', where),
      content: text(value, 'text', where),
      format: 'text',
    }));
  }
  if (notes === undefined) {
    const what = `Expected ${path}, or a collection.json that names a "corpus" folder; there is neither.`;
    throw new SearchError('NOT_FOUND', what);
  }
  return await readNotes(resolve(root, notes));
}

function readQueries(
  path: string,
  judgements: ReadonlyMap<string, Relevance>,
  answers: ReadonlyMap<string, readonly string[]>,
  documents: readonly DocumentInput[],
): JudgedQuery[] {
  const byId = new Map(documents.map((document) => [document.uri, document]));
  return readLines(path).map(({ value, where }) => {
    const id = text(value, '_id', where);
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

/** Whether a query is a document word for word, with its title or without. */
function isSame(query: string, document: DocumentInput | undefined): boolean {
  if (!document) return false;
  const plain = (typed: string) => typed.replace(/\s+/g, ' ').trim();
  const { title = '', content } = document;
  return [content, `${title} ${content}`].some((whole) => plain(whole) === plain(query));
}

function readAnswers(path: string): Map<string, readonly string[]> {
  const lines = existsSync(path) ? readLines(path) : [];
  return new Map(
    lines.map(({ value, where }) => {
      const { answers } = value;
      if (!Array.isArray(answers) || !answers.every((one) => typeof one === 'string' && one.trim() !== '')) {
        throw invalid(where, 'answers to be a list of texts', answers);
      }
      return [text(value, '_id', where), answers];
    }),
  );
}

/** All judgements, the zeros too: query id → document id → score. */
function readJudgements(path: string): Map<string, Map<string, number>> {
  const judgements = new Map<string, Map<string, number>>();
  const lines = readText(path).split(/\r?\n/);
  lines.forEach((line, i) => {
    if (line.trim() === '') return;
    const [query, document, score, ...more] = line.split('\t');
    const number = Number(score);
    const complete = query && document && score?.trim() && more.length === 0;
    if (i === 0 && complete && Number.isNaN(number)) return; // the header
    if (!complete || !Number.isFinite(number)) {
      throw invalid(`${path}:${i + 1}`, 'query-id, corpus-id and a number, with tabs between', line);
    }
    const judged = judgements.get(query) ?? new Map<string, number>();
    judgements.set(query, judged.set(document, number));
  });
  return judgements;
}

function inconsistencies(
  documents: readonly DocumentInput[],
  queries: readonly JudgedQuery[],
  judgements: ReadonlyMap<string, Relevance>,
): string[] {
  const documentIds = new Set(documents.map(({ uri }) => uri));
  const queryIds = new Set(queries.map(({ id }) => id));
  const judged = new Set(Array.from(judgements.values(), (relevance) => [...relevance.keys()]).flat());
  const count = (missing: string[], what: string) =>
    missing.length === 0 ? [] : [`qrels name ${missing.length} ${what}, first ${JSON.stringify(missing[0])}`];
  return [
    ...count(
      [...judged].filter((id) => !documentIds.has(id)),
      'documents that the corpus lacks',
    ),
    ...count(
      [...judgements.keys()].filter((id) => !queryIds.has(id)),
      'queries that queries.jsonl lacks',
    ),
  ];
}

interface Line {
  readonly value: Record<string, unknown>;
  /** file:line */
  readonly where: string;
}

/** The objects of a JSONL file; blank lines are passed over, ids must be distinct. */
function readLines(path: string): Line[] {
  const seen = new Set<unknown>();
  return readText(path)
    .split('\n')
    .map((line, i) => ({ line, where: `${path}:${i + 1}` }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, where }) => {
      const value = parseObject(line, where);
      const id = text(value, '_id', where);
      if (seen.has(id)) throw invalid(where, 'an _id of its own', `${id}, which stands further up`);
      seen.add(id);
      return { value, where };
    });
}

function readText(path: string): string {
  if (!existsSync(path)) throw new SearchError('NOT_FOUND', `Expected the file ${path}; it is missing.`);
  return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
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

/** A field that must be text; a number is taken as its digits, since some collections number their ids. */
function text(value: Record<string, unknown>, field: string, where: string): string {
  const found = value[field];
  if (typeof found === 'string') return found;
  if (typeof found === 'number') return String(found);
  throw invalid(where, `${field} to be a string`, found);
}

function invalid(where: string, expected: string, got: unknown, cause?: unknown): SearchError {
  const shown = typeof got === 'string' ? got : (JSON.stringify(got) ?? 'nothing');
  const short = shown.length > 80 ? `${shown.slice(0, 80)}…` : shown;
  return new SearchError('INVALID_DOCUMENT', `${where}: expected ${expected}, got ${short}.`, { cause });
}
