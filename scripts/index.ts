import { existsSync } from 'node:fs';
import { Engine } from '../lib/index.ts';
import type { IndexProgress } from '../lib/indexing/indexer.ts';
import { isAboutSource, type SyncReport } from '../lib/indexing/report.ts';
import { terminalLine } from '../lib/ingest/plain-text.ts';
import { describe, describeNews, listed, numbered } from '../lib/report-text.ts';
import { demoNotice, removeSources } from '../lib/upkeep/sources.ts';
import { asMain, type ExitCode, type Io, printJson, runAsEntry, UsageError, type Values } from './lib/cli.ts';
import { databasePath } from './lib/database.ts';
import { Progress } from './lib/progress.ts';

const USAGE = `
npm run index -- PATH… [--db FILE] [--watch] [--json]
npm run index -- --remove PATH… [--db FILE] [--json]
npm run index -- --check | --rebuild [--db FILE] [--json]

Indexes files and folders: Markdown, Obsidian canvases, text, HTML, JSON, JSONL, CSV, TSV and
PDF. Run it again to update: only what changed is read, and what is gone from PATH is removed.
A file in a folder that cannot be read is reported, and the exit code is 0; it is 1 where a PATH
itself cannot be read.

  PATH, FILE  relative to the folder where you type the command, wherever npm runs it
  --db FILE   the index, created when missing (default: $QKV_DB or data/index.db)
  --watch     keep running and follow PATH: changes are searchable within a second
  --remove    take PATH, as it was indexed, out of the index; files on disk stay, and need not exist any more
  --check     compare the index with its files and with itself, and list what could not be read;
              exit code 1 when they differ
  --rebuild   build the index again from its files; the old one is used until the new one is complete
  --json      print the report as one JSON document; with --watch, each report as one line
  --help      this text
`;

const FLAG = { type: 'boolean' } as const;
const OPTIONS = {
  db: { type: 'string' },
  json: FLAG,
  watch: FLAG,
  remove: FLAG,
  check: FLAG,
  rebuild: FLAG,
} as const;

export const main = asMain({ name: 'index', usage: USAGE, options: OPTIONS, run });

async function run(values: Values<typeof OPTIONS>, paths: string[], io: Io): Promise<ExitCode> {
  const whole = values.check || values.rebuild;
  if (whole && (paths.length > 0 || values.watch || values.remove || (values.check && values.rebuild))) {
    throw new UsageError('Expected --check or --rebuild by itself: it is about the whole index.');
  }
  if (values.remove && values.watch) throw new UsageError('Expected --remove or --watch, got both.');
  if (!whole && (paths.length === 0 || paths.includes(''))) {
    throw new UsageError(`Expected at least one file or folder to ${values.remove ? 'remove' : 'index'}.`);
  }
  const mustExist = (whole || values.remove) ?? false;
  const database = databasePath(values.db);
  // Where no path exists, index in memory, so that no empty index file is left behind.
  const isNothing = !values.watch && !existsSync(database) && !paths.some((path) => existsSync(path));
  const engine = Engine.open({ path: isNothing && !mustExist ? ':memory:' : database, mustExist });
  const abort = new AbortController();
  let stopping: NodeJS.Timeout | undefined;
  const stop = () => {
    // A second Ctrl-C exits at once. Committed batches stay either way.
    if (abort.signal.aborted) process.exit(130);
    abort.abort();
    const say = () => io.stderr.write('\nStopping after this batch; the next run goes on from here.\n');
    // A watch is idle most of the time, and then ends at once.
    if (values.watch) stopping = setTimeout(say, 100);
    else say();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  const progress = new Progress(io.stderr);
  try {
    if (values.check) return await check(engine, values.json ?? false, io);
    if (values.watch) {
      await follow(engine, paths, abort.signal, values, io);
      io.stderr.write('\nStopped.\n');
      return 0;
    }
    const how = { signal: abort.signal, onProgress: (step: IndexProgress) => progress.update(step) };
    const report = values.rebuild
      ? await (await import('../lib/upkeep/rebuild.ts')).rebuild(engine, how)
      : values.remove
        ? await removeSources(engine, paths)
        : await engine.sync(paths, how);
    engine.arrays(); // builds the search arrays; those of a large library are saved, so that it opens quickly
    progress.finish();
    if (values.json) printJson(io, report);
    else io.stdout.write(`${describe(report, paths)}\n`);
    noticeDemo(engine, io);
    const failed = paths.length > 0 && report.failed.some(isAboutSource);
    return failed || abort.signal.aborted ? 1 : 0;
  } finally {
    progress.finish();
    clearTimeout(stopping);
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    engine.close();
  }
}

async function check(engine: Engine, json: boolean, io: Io): Promise<ExitCode> {
  const { checkIndex } = await import('../lib/upkeep/check.ts');
  const report = checkIndex(engine);
  const { documents, passages, files, problems, unread } = report;
  if (json) printJson(io, report);
  else {
    const found = problems.map(({ where, what }) => ({ path: where, reason: what }));
    const lines = [
      ...listed(problems.length === 1 ? 'problem' : 'problems', found),
      ...listed(
        'could not be read',
        unread.map(({ where, why }) => ({ path: where, reason: why })),
      ),
    ];
    const how = lines.length === 0 ? ': all as it should be.' : ['.', ...lines].join('\n');
    const held = `${numbered(documents, 'document')} with ${numbered(passages, 'passage')}`;
    io.stdout.write(`${held} of ${numbered(files, 'file')}${how}\n`);
    if (problems.some(({ kind }) => kind === 'stale'))
      io.stdout.write('npm run index -- PATH brings up to date what can be read.\n');
    if (problems.some(({ kind }) => kind === 'broken'))
      io.stdout.write('The index contradicts itself: npm run index -- --rebuild builds it again.\n');
  }
  return problems.length === 0 ? 0 : 1;
}

/** Follows the paths until aborted. Prints the first report in full, then one line per change. */
async function follow(
  engine: Engine,
  paths: string[],
  signal: AbortSignal,
  { json }: Values<typeof OPTIONS>,
  io: Io,
): Promise<void> {
  let isFirst = true;
  const onSync = (report: SyncReport, news: SyncReport) => {
    if (json) io.stdout.write(`${JSON.stringify(report)}\n`);
    else if (isFirst)
      io.stdout.write(
        `${describe(report, paths)}\nFollowing ${terminalLine(paths.join(', '))}. Ctrl-C ends it.\n`,
      );
    else io.stdout.write(`${new Date().toLocaleTimeString('en-GB')} ${describeNews(news, paths)}\n`);
    if (isFirst) noticeDemo(engine, io);
    isFirst = false;
  };
  // Imported dynamically, since only --watch needs it.
  const { watch } = await import('../lib/upkeep/watch.ts');
  await watch(engine, paths, {
    signal,
    onSync,
    onNotice: (text) => io.stderr.write(`${terminalLine(text)}\n`),
  });
}

/**
 * Tells users who index their own notes after a first `npm start` that the demo notes are in the same
 * index.
 */
function noticeDemo(engine: Engine, io: Io): void {
  const notice = demoNotice(engine.store);
  if (notice !== null) io.stderr.write(`${notice}\n`);
}

await runAsEntry(import.meta.url, main);
