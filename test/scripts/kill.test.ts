import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { seededRandom } from '../../lib/math/random.ts';
import { packageFile } from '../../lib/root.ts';
import { checkIndex, type Problem } from '../../lib/upkeep/check.ts';
import { readWordNet } from '../../scripts/lib/wordnet.ts';

/** Built by npm test before it runs this. */
const INDEX = packageFile('dist/scripts/index.js');
/** Kills per test; 200 in all with QKV_SLOW: the three commands below, and WordNet. */
const KILLS = process.env.QKV_SLOW ? 50 : 4;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qkv-kill-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the script, and kills it after `after` milliseconds unless it has ended by then. */
function index(
  path: string,
  db: string,
  after = Number.POSITIVE_INFINITY,
  how: readonly string[] = [],
): Promise<number | null> {
  const args = how.includes('--rebuild') ? how : [path, ...how];
  const child = spawn(process.execPath, [INDEX, ...args, '--db', db, '--json'], { stdio: 'ignore' });
  const timer = Number.isFinite(after) ? setTimeout(() => child.kill('SIGKILL'), after) : undefined;
  return new Promise((resolve) => {
    child.once('exit', (code) => {
      clearTimeout(timer);
      resolve(code);
    });
  });
}

/** Uri, title and content of every document, and the embedder; ids and times may differ. */
function contents(db: string) {
  const engine = Engine.open({ path: db, mustExist: true });
  const rows = engine.store
    .sql('SELECT uri, title, content FROM documents JOIN contents ON document_id = id ORDER BY uri')
    .raw()
    .all();
  const { embedder, documents, passages } = engine.status();
  const embeddings = engine.store.sql('SELECT count(*) FROM embeddings').pluck().get();
  const integrity = engine.store.sql('PRAGMA integrity_check').pluck().get();
  engine.close();
  return { rows: rows as string[][], embedder, documents, passages, embeddings, integrity };
}

/** Kills the script at seeded random moments, and lets it finish. */
async function survives(path: string): Promise<void> {
  const whole = join(folder, 'whole.db');
  const started = performance.now();
  expect(await index(path, whole)).toBe(0);
  const duration = performance.now() - started;
  const expected = contents(whole);
  const known = new Set(expected.rows.map((row) => JSON.stringify(row)));

  const broken = join(folder, 'broken.db');
  const random = seededRandom(7);
  let killed = 0;
  for (let round = 0; round < KILLS; round++) {
    if ((await index(path, broken, duration * random())) === null) killed++;
    if (!(await exists(broken))) continue;
    const { rows, integrity } = contents(broken);
    expect(integrity).toBe('ok');
    expect(problemsOf(broken).filter(({ kind }) => kind === 'broken')).toEqual([]);
    expect(new Set(rows.map(([uri]) => uri)).size).toBe(rows.length);
    for (const row of rows) expect(known.has(JSON.stringify(row))).toBe(true);
  }
  expect(killed).toBeGreaterThan(0);
  expect(await index(path, broken)).toBe(0);
  expect(contents(broken)).toEqual({ ...expected, embedder: expect.any(String) });
  expect(problemsOf(broken)).toEqual([]);
}

function problemsOf(db: string): readonly Problem[] {
  const engine = Engine.open({ path: db, mustExist: true });
  const { problems } = checkIndex(engine);
  engine.close();
  return problems;
}

function writeNotes(count: number): string {
  const notes = join(folder, 'notes');
  const words = Array.from({ length: 300 }, (_, i) => `word${i.toString(36)}`);
  const random = seededRandom(3);
  for (let i = 0; i < count; i++) {
    const text = Array.from({ length: 60 }, () => words[Math.floor(random() ** 2 * words.length)]);
    mkdirSync(join(notes, String(i % 20)), { recursive: true });
    writeFileSync(join(notes, String(i % 20), `${i}.md`), `# Note ${i}\n\n${text.join(' ')}.`);
  }
  return notes;
}

async function exists(db: string): Promise<boolean> {
  try {
    Engine.open({ path: db, mustExist: true }).close();
    return true;
  } catch {
    return false; // killed before the file was made
  }
}

test('killed at random moments, the index is whole after the next run', async () => {
  await survives(writeNotes(1200));
}, 600_000);

test('killed at random moments of a rebuild, the index is the old one or the new one', async () => {
  const notes = writeNotes(600);
  const db = join(folder, 'index.db');
  expect(await index(notes, db)).toBe(0);
  const { rows } = contents(db);
  const started = performance.now();
  expect(await index(notes, db, undefined, ['--rebuild'])).toBe(0);
  const duration = performance.now() - started;
  const random = seededRandom(11);
  let killed = 0;
  for (let round = 0; round < KILLS; round++) {
    if ((await index(notes, db, duration * random(), ['--rebuild'])) === null) killed++;
    expect(contents(db).rows).toEqual(rows);
    expect(problemsOf(db)).toEqual([]);
  }
  expect(killed).toBeGreaterThan(0);
}, 600_000);

test('killed at random moments while it follows a folder, the index loses and duplicates nothing', async () => {
  const notes = writeNotes(300);
  const db = join(folder, 'index.db');
  expect(await index(notes, db)).toBe(0);
  const random = seededRandom(13);
  for (let round = 0; round < KILLS; round++) {
    const following = index(notes, db, 400 + 900 * random(), ['--watch']);
    const changing = setInterval(() => {
      const name = join(notes, String(Math.floor(20 * random())), `${Math.floor(40 * random())}.md`);
      if (random() < 0.3) rmSync(name, { force: true });
      else writeFileSync(name, `# Change ${Math.floor(1000 * random())}\n\nof round ${round}`);
    }, 15);
    expect(await following).toBeNull();
    clearInterval(changing);
    expect(problemsOf(db).filter(({ kind }) => kind === 'broken')).toEqual([]);
  }
  expect(await index(notes, db)).toBe(0);
  expect(problemsOf(db)).toEqual([]);
}, 600_000);

test.skipIf(!process.env.QKV_SLOW)(
  'killed at random moments, an index of the 117,791 synsets of WordNet in one file is whole after the next run',
  async () => {
    const path = join(folder, 'wordnet.jsonl');
    const lines = Array.from(readWordNet(), ({ uri, title, content }) =>
      JSON.stringify({ id: uri, title, content }),
    );
    writeFileSync(path, lines.join('\n'));
    await survives(path);
  },
  1_800_000,
);
