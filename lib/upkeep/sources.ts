import { resolve } from 'node:path';
import type { Engine } from '../engine.ts';
import { SearchError } from '../errors.ts';
import { Indexer } from '../indexing/indexer.ts';
import { inFull } from '../indexing/mounted.ts';
import type { SyncReport } from '../indexing/report.ts';
import { defaultIndex, packageFile } from '../root.ts';
import { identityKey, placeOf } from '../store/files.ts';
import type { Store } from '../store/store.ts';

/** An indexed folder or file. */
export interface Source {
  readonly id: number;
  readonly path: string;
  readonly documents: number;
}

/** The indexed folders and files. Documents added by a program have none. */
export function listSources(store: Store): Source[] {
  return store.rows(`
    SELECT s.id, s.path, count(d.id) AS documents FROM sources s LEFT JOIN documents d ON d.source_id = s.id
    WHERE s.path <> '' GROUP BY s.id ORDER BY s.path`);
}

/**
 * Removes indexed folders or files and their documents from the index, all or none. Files on disk are untouched,
 * and may be gone already.
 *
 * @throws {SearchError} NOT_FOUND for a path that was not indexed as such; INDEX_LOCKED
 */
export async function removeSources(engine: Engine, paths: readonly string[]): Promise<SyncReport> {
  const started = performance.now();
  const { store } = engine;
  const indexer = new Indexer(store, engine.analyzer);
  indexer.transaction(() => {
    const sources = listSources(store);
    for (const { id, path } of new Set(paths.map((given) => sourceAt(given, sources)))) {
      indexer.removeIds(store.values<number>('SELECT id FROM documents WHERE source_id = ?', id));
      store.sql('DELETE FROM sources WHERE id = ?').run(id); // cascades to its files
      store.sql('DELETE FROM meta WHERE key = ?').run(identityKey(path));
    }
  });
  await indexer.finish();
  const report = indexer.report(performance.now() - started);
  return { ...report, moved: 0, skipped: [], warnings: [], otherKinds: {} };
}

function sourceAt(given: string, sources: readonly Source[]): Source {
  const absolute = inFull(given);
  // First the path itself: a folder that has become a link since it was indexed is meant itself, not its target.
  const at = (wanted: string) => sources.find(({ path }) => path === wanted);
  const found = at(placeOf(given)) ?? at(absolute);
  if (found) return found;
  const known = sources.map(({ path }) => path).join(', ');
  throw new SearchError(
    'NOT_FOUND',
    `Expected a folder or file as it was indexed, got ${absolute}. Indexed: ${known || 'none'}.`,
  );
}

/** A hint for somebody whose notes share an index with the demo notes; null otherwise. */
export function demoNotice(store: Store): string | null {
  const path = inFull(packageFile('data/demo'));
  const demo = listSources(store).find((source) => source.path === path)?.documents ?? 0;
  if (demo === 0 || demo === store.countDocuments()) return null;
  const database = resolve(store.path);
  // Named unless it is the package's own: the default of another shell may be another index.
  const db = database === defaultIndex() ? '' : ` --db ${shellWord(database)}`;
  const notes = inFull('data/demo') === path ? 'data/demo' : shellWord(path);
  return `The ${demo} demo notes are in this index too. Without them: npm run index -- --remove ${notes}${db}`;
}

function shellWord(path: string): string {
  return /^[\p{L}\p{M}\p{N}/._+:@%-]+$/u.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
