import { strongest } from '../attention/attend.ts';
import { type DocumentKeys, type KeyQuery, keyAttention, keysOf } from '../attention/keys.ts';
import {
  emptyRelations,
  type Neighbourhood,
  neighbourhoods,
  type Relations,
  writeRow,
} from '../attention/relations.ts';
import type { Engine } from '../engine.ts';
import { SearchError } from '../errors.ts';
import { perIndex } from '../per-index.ts';
import { checkOptions } from '../query/options.ts';
import type { SearchOptions } from '../response.ts';
import { inOneState } from '../snapshot.ts';
import { matchingIds } from '../store/library.ts';
import type { Named } from '../store/store.ts';
import { runInSlices, serialQueue } from '../turns.ts';
import { keyQuery } from './relations.ts';

/** Which documents a map shows. */
export interface LibraryMapOptions {
  /** Shows the strongest documents of this query, as `search` finds them; '' for the whole library. */
  readonly query?: string;
  /** Options of the query. Without a query only the filter counts, and selects the documents. */
  readonly search?: SearchOptions;
  /** Document ids that zoom in: the neighbourhood of the first, within it that of the second, and so on. */
  readonly within?: readonly number[];
}

/**
 * Documents × documents: each attends to the others, and documents that attend to each other form neighbourhoods.
 */
export interface LibraryMap {
  /** Position i in `relations` is documents[i]. */
  readonly documents: readonly Named[];
  /** How many documents were selected; above MAP.documents they are thinned out evenly. */
  readonly of: number;
  readonly bias: number;
  readonly heads: Readonly<Record<string, number>>;
  readonly relations: Relations;
  readonly neighbourhoods: readonly Neighbourhood[];
}

/** The limits of a map, in documents unless said otherwise. */
export const MAP = {
  /** Most documents for which all relations are listed. */
  full: 60,
  /** Relations listed per document above that. */
  neighbours: 8,
  neighbourhoods: 36,
  /** More would take too long, because all pairs are computed. */
  documents: 10_000,
  /** Documents of a query that gives no limit. */
  results: 30,
  depth: 8,
} as const;

/** Most maps cached. */
const MAX_CACHED = 24;

const mapsOf = perIndex(() => new Map<string, Promise<LibraryMap>>());
/** One at a time: two at once would only delay each other. */
const inTurn = serialQueue();

/**
 * The library, or a part of it, attending to itself: `keyAttention` of every document over the others, exact, and
 * the resulting neighbourhoods. The softmax runs over the documents of the map. Up to MAP.full documents, all
 * relations are listed; above, the MAP.neighbours strongest of each and the sum of the rest. Gives way to the event
 * loop between documents, and is cached until the index changes.
 *
 * @throws {SearchError} NOT_FOUND for an id in `within` that is not on its map, and what `search` throws
 */
export async function libraryMap(engine: Engine, options: LibraryMapOptions = {}): Promise<LibraryMap> {
  const { query = '', search = {}, within = [] } = options;
  checkOptions(search, engine.calibration.heads);
  const maps = mapsOf(engine.arrays());
  // Without a query only the filter counts.
  const asked = query.trim() === '' ? { ...search.filter } : search;
  const key = JSON.stringify([query.trim(), asked, within]);
  const known = maps.get(key);
  if (known) return known;
  const made = draw(engine, query, search, within);
  maps.set(key, made);
  made.catch(() => maps.delete(key));
  for (const oldest of maps.keys()) if (maps.size > MAX_CACHED) maps.delete(oldest);
  return made;
}

async function draw(
  engine: Engine,
  query: string,
  search: SearchOptions,
  within: readonly number[],
): Promise<LibraryMap> {
  const inside = within.at(-1);
  const entered =
    inside === undefined ? null : await enter(engine, { query, search, within: within.slice(0, -1) }, inside);
  return inTurn(async () => {
    const read = await inOneState(engine, () => reading(engine, entered ?? choose(engine, query, search)));
    return runInSlices(attendToEachOther(engine, read));
  });
}

/** The ids of the documents to show, and how many were selected. */
type Chosen = { readonly ids: readonly number[] } & Pick<LibraryMap, 'of'>;

/**
 * The documents of a query or filter, thinned out evenly to MAP.documents. None of a query that tells no document from
 * another: the first of the index would be no better than any.
 */
function choose(engine: Engine, query: string, search: SearchOptions): Chosen {
  if (query.trim() !== '') {
    const run = engine.attend(query, search);
    const found = strongest(run.record, search.limit ?? MAP.results);
    if (found.every(({ logit }) => logit === run.record.bias)) return { ids: [], of: 0 };
    return { ids: found.map(({ index }) => run.arrays.ids[index] as number), of: found.length };
  }
  const all = [...matchingIds(engine.store, search.filter ?? {})].sort((a, b) => a - b);
  const shown = Math.min(all.length, MAP.documents);
  const ids = Array.from({ length: shown }, (_, i) => all[Math.floor((i * all.length) / shown)] as number);
  return { ids, of: all.length };
}

/**
 * The neighbourhood of document `id` on another map. If that map is a single neighbourhood, only its MAP.full most
 * attended members, so that zooming in ends.
 */
async function enter(engine: Engine, options: LibraryMapOptions, id: number): Promise<Chosen> {
  const { documents, neighbourhoods: all } = await libraryMap(engine, options);
  const index = documents.findIndex((document) => document.id === id);
  const found = all.find(({ members }) => members.includes(index));
  if (!found) throw new SearchError('NOT_FOUND', 'Document {id} is not on this map.', { facts: { id } });
  const ids = found.members.map((i) => documents[i]?.id ?? -1);
  return { ids: all.length === 1 ? ids.slice(0, MAP.full) : ids, of: ids.length };
}

/** What a map is drawn from: all of it of one state of the index, so that no later change shows in the map. */
interface Read extends Pick<LibraryMap, 'documents' | 'of'> {
  readonly keys: DocumentKeys;
  /** Each of the documents as a query. */
  readonly queries: readonly KeyQuery[];
}

function* reading(engine: Engine, { ids, of }: Chosen): Generator<undefined, Read> {
  const arrays = engine.arrays();
  const set = new Set(ids);
  const chosen: number[] = [];
  arrays.ids.forEach((id, i) => {
    if (set.has(id)) chosen.push(i);
  });
  const keys = keysOf(arrays, chosen);
  const documents: Named[] = [];
  const queries: KeyQuery[] = [];
  for (const id of keys.ids) {
    documents.push(engine.store.named(id) ?? { id, title: '', uri: '' }); // only a damaged index lacks it
    queries.push(keyQuery(engine, arrays, id));
    yield;
  }
  return { keys, documents, of, queries };
}

function* attendToEachOther(
  { calibration: { first } }: Engine,
  { keys, documents, of, queries }: Read,
): Generator<undefined, LibraryMap> {
  const full = documents.length <= MAP.full;
  const k = full ? Math.max(0, documents.length - 1) : MAP.neighbours;
  const relations = emptyRelations(documents.length, k, ['title', 'content']);
  let { bias } = first;
  for (const [i, query] of queries.entries()) {
    const record = keyAttention(first, keys, query, i);
    bias = record.bias;
    writeRow(relations, i, k, record);
    yield;
  }
  const { title = 0, content = 0 } = first.heads;
  return {
    ...{ documents, of, bias },
    heads: { title, content },
    relations,
    neighbourhoods: yield* neighbourhoods(relations, MAP.neighbourhoods),
  };
}
