import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, type TestContext, test } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { packageFile } from '../../lib/root.ts';
import { backToTheFirst } from '../support/schema.ts';

/** Root may write everywhere, so commands are run as a user who may not. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

let folder = '';
let path = '';
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'qkv-read-only-'));
  path = join(folder, 'index.db');
  const engine = Engine.open({ path });
  await engine.index([{ uri: '1', title: 'Plums', content: 'Prune them in July.', format: 'text' }]);
  engine.close();
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

/** Makes the index read-only, and gives its folder this mode; skips the test if no user is bound by that. */
function makeReadOnly(context: TestContext, mode = 0o555): void {
  for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o444);
  chmodSync(folder, mode);
  const { status } = spawnSync(
    'test',
    ['-r', packageFile('dist/scripts/query.js'), '-a', '!', '-w', path],
    NOBODY,
  );
  if (status !== 0) context.skip('there is nobody here who may read the program and not write the index');
}

function run(script: string, ...argv: string[]): { status: number | null; stdout: string; stderr: string } {
  const all = [packageFile(`dist/scripts/${script}.js`), ...argv, '--db', path];
  return spawnSync(process.execPath, all, { encoding: 'utf8', ...NOBODY });
}

function search(): { title: string }[] {
  const { stdout, stderr } = run('query', 'prune', '--json');
  expect(stderr).toBe('');
  return (JSON.parse(stdout) as { results: { title: string }[] }).results;
}

const FOUND = [expect.objectContaining({ title: 'Plums' })];

describe('where nothing can be written, an index', () => {
  test('is searched, and stays as it is', (context) => {
    const before = readFileSync(path);
    makeReadOnly(context);
    expect(search()).toEqual(FOUND);
    expect(run('index', '--check').stdout).toContain(
      '1 document with 1 passage of 0 files: all as it should be.',
    );
    expect(readdirSync(folder)).toEqual(['index.db']);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test('that is read-only itself, in a folder that is not, is searched too', (context) => {
    makeReadOnly(context, 0o777);
    expect(search()).toEqual(FOUND);
  });

  test('of an earlier schema is searched', (context) => {
    const old = new Sqlite(path);
    backToTheFirst(old);
    old.close();
    makeReadOnly(context);
    expect(search()).toEqual(FOUND);
  });

  test('that another process is writing is searched', (context) => {
    const writer = Engine.open({ path });
    writer.store.setMeta('x', 'y');
    try {
      makeReadOnly(context);
      expect(search()).toEqual(FOUND);
    } finally {
      writer.close();
    }
  });

  test('whose last changes are still in the write-ahead log is refused, naming the log', (context) => {
    const writer = Engine.open({ path });
    writer.store.setMeta('x', 'y');
    const log = readFileSync(`${path}-wal`);
    writer.close();
    writeFileSync(`${path}-wal`, log);
    makeReadOnly(context);
    const { status, stderr } = run('query', 'prune');
    expect(status).toBe(1);
    expect(stderr).toContain(`its last changes are still in ${path}-wal`);
  });

  test.for([0o555, 0o777])('refuses indexing with the reason (folder mode: %i)', (mode, context) => {
    makeReadOnly(context, mode);
    const { status, stdout, stderr } = run('index', packageFile('data/demo/en'));
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`The index ${path} cannot be written`);
    expect(stderr).toContain('read-only');
    expect(search()).toEqual(FOUND);
  });

  test('in a folder that may not even be looked into is refused without a stack trace', (context) => {
    makeReadOnly(context, 0o000);
    const { status, stderr } = run('query', 'prune');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^query: The index .* cannot be opened.*\n$/);
  });

  test('is served, and the server says that it is read-only', async (context) => {
    makeReadOnly(context);
    const env = { ...process.env, QKV_DB: path, PORT: '0' };
    const server = spawn(process.execPath, [packageFile('dist/server/main.js')], { env, ...NOBODY });
    try {
      let said = '';
      // Keeps the stream open afterwards: a server that cannot write its log exits.
      for await (const chunk of server.stdout.iterator({ destroyOnReturn: false })) {
        said += chunk;
        if (/http:\S+/.test(said)) break;
      }
      expect(said).toContain(`${path} is read-only here`);
      const response = await fetch(`${/http:\S+/.exec(said)?.[0]}/api/search?q=prune`);
      expect(await response.json()).toMatchObject({ results: FOUND });
    } finally {
      server.kill('SIGKILL');
    }
  });

  test('that does not exist is not created, and the error says why', (context) => {
    makeReadOnly(context);
    path = join(folder, 'new.db');
    const { status, stderr } = run('index', packageFile('data/demo/en'));
    expect(status).toBe(1);
    expect(stderr).toContain('check that its folder exists and is writable');
  });
});
