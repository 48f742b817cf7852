import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DocumentInput } from '../document.ts';
import { Engine } from '../engine.ts';
import { SearchError } from '../errors.ts';
import { isLeftEmpty } from '../indexing/mounted.ts';
import type { SyncReport } from '../indexing/report.ts';
import type { SyncOptions } from '../indexing/sync.ts';
import { isoDate } from '../ingest/dates.ts';
import { identityKey, isAtOrBelow, SourceFiles } from '../store/files.ts';

/** Files that rebuilds of this process are writing. */
const underWay = new Set<string>();

/**
 * Rebuilds an index from its sources in a file beside it, a new one for each run, then replaces all rows in one
 * transaction. Until then all processes search the old index, afterwards the new one; a process killed in between leaves
 * the old one unchanged. Documents added by a program are copied. All ids change.
 *
 * @throws {SearchError} NOT_FOUND when a source is missing, or a file is unreadable whose documents would be lost;
 *   INDEX_LOCKED, also when another process has written meanwhile
 */
export async function rebuild(engine: Engine, options: SyncOptions = {}): Promise<SyncReport> {
  const { store } = engine;
  const sources = new SourceFiles(store).sources().map(({ path }) => path);
  const lost = sources.find((path) => !existsSync(path) || isUnmounted(engine, path));
  if (lost !== undefined) {
    throw new SearchError(
      'NOT_FOUND',
      `Expected the indexed folder ${lost}; it is not there, and its documents would be lost. Put it back (is its disk mounted?), or take it out of the index: npm run index -- --remove ${lost}`,
    );
  }
  const state = store.state();
  for (const path of leftovers(store.path)) removeDatabase(path);
  const path = `${store.path}.rebuild-${process.pid}-${randomUUID()}`;
  underWay.add(path);
  const fresh = Engine.open({ path });
  try {
    await fresh.index(handedOver(engine));
    const report = await fresh.sync(sources, options);
    if (!options.signal?.aborted) refuseLosses(engine, fresh, report.failed);
    const made = fresh.store.state();
    fresh.close();
    if (!options.signal?.aborted) takeOver(engine, { path, state: made }, state);
    return report;
  } finally {
    if (fresh.store.database.open) fresh.close();
    removeDatabase(path);
    underWay.delete(path);
  }
}

/** Files that rebuilds left behind because they were killed. */
function leftovers(index: string): string[] {
  const start = `${basename(index)}.rebuild`;
  const names = readdirSync(dirname(index)).filter((name) => name.startsWith(start));
  const ofRuns = names.flatMap((name) => {
    const run = /^(?:-(\d+)-[\da-f-]{36})?(?=$|-(?:wal|shm|journal|arrays)$)/.exec(name.slice(start.length));
    return run ? [{ path: join(dirname(index), start + run[0]), pid: Number(run[1] ?? 0) }] : [];
  });
  const dead = ofRuns.filter(
    ({ path, pid }) => !underWay.has(path) && (pid === process.pid || !isAlive(pid)),
  );
  return [...new Set(dead.map(({ path }) => path))];
}

/** @param pid of a process; 0 for none */
function isAlive(pid: number): boolean {
  if (pid === 0) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // of another user
  }
}

/** Whether all that is left of a source is an empty folder with another identity: an unmounted disk. */
function isUnmounted({ store }: Engine, path: string): boolean {
  return isLeftEmpty(path, store.meta(identityKey(path))) && new SourceFiles(store).countUnder(path) > 0;
}

/**
 * A sync keeps the documents of an unreadable file, but the new index has none to keep. @throws {SearchError}
 * NOT_FOUND
 */
function refuseLosses(before: Engine, after: Engine, failed: SyncReport['failed']): void {
  const indexed = ({ store }: Engine) =>
    store.rows<{ source: string; path: string }>(`
      SELECT DISTINCT s.path AS source, f.path
      FROM documents d JOIN files f ON f.id = d.file_id JOIN sources s ON s.id = f.source_id`);
  const kept = new Set(indexed(after).map(({ source, path }) => join(source, path)));
  for (const { source, path } of indexed(before)) {
    if (kept.has(join(source, path))) continue;
    const why = failed.find(
      (one) => one.source === source && (one.path === source || isAtOrBelow(path, one.path)),
    );
    if (!why) continue;
    throw new SearchError(
      'NOT_FOUND',
      `Expected to read ${join(source, path)} again, but ${why.reason}; its documents would be lost. The index is as it was. Mend or remove what cannot be read, and try again.`,
    );
  }
}

/** The documents that were added by a program, not read from a file. */
function* handedOver({ store }: Engine): Generator<DocumentInput> {
  const ids =
    "SELECT d.id FROM documents d JOIN sources s ON s.id = d.source_id WHERE s.path = '' ORDER BY d.id";
  for (const id of store.values<number>(ids)) {
    const found = store.document(id);
    if (!found) continue;
    const { uri, title, content, format, source, tags, properties, aliases, links, date } = found;
    yield {
      ...{ uri, title, content, format, tags, properties, aliases, links },
      ...(source === null ? {} : { source }),
      // Earlier versions accepted days that do not exist.
      ...(date === null || isoDate(date) === null ? {} : { date }),
    };
  }
}

/**
 * @param fresh the file made, and its state when it was complete
 * @param state of the index when the rebuild began; writes since then would be lost
 */
function takeOver({ store }: Engine, fresh: { path: string; state: string | null }, state: string | null) {
  store.database.prepare('ATTACH DATABASE ? AS fresh').run(fresh.path);
  try {
    store.transaction(() => {
      if (store.state() !== state) {
        throw new SearchError(
          'INDEX_LOCKED',
          'Expected nobody to write while the index was made anew, but it has changed, and that would be lost. It is as it was; try again.',
        );
      }
      // In order of creation, so that parents come first.
      const tables = "SELECT name FROM fresh.sqlite_schema WHERE type = 'table' ORDER BY rowid";
      const names = store.values<string>(tables);
      const made = "SELECT value FROM fresh.meta WHERE key = 'state'";
      // ATTACH makes a file where there is none.
      if (!names.includes('meta') || (store.value<string | undefined>(made) ?? null) !== fresh.state) {
        throw new SearchError(
          'INDEX_LOCKED',
          `Expected nobody else to write ${fresh.path}, in which the index was made anew. The index is as it was; try again.`,
        );
      }
      for (const name of names.toReversed()) store.database.exec(`DELETE FROM main.${name}`);
      for (const name of names) store.database.exec(`INSERT INTO main.${name} SELECT * FROM fresh.${name}`);
      store.setMeta('rebuild', randomUUID()); // ids may have changed: see Indexer and Scope
    });
  } finally {
    store.database.exec('DETACH DATABASE fresh');
  }
}

function removeDatabase(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal', '-arrays'])
    rmSync(`${path}${suffix}`, { force: true });
}
