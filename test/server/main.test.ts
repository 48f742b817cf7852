import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { packageFile } from '../../lib/root.ts';
import { pdfBytes } from '../ingest/pdf-bytes.ts';

/** What `npm start` runs once everything is built; npm test builds before it runs this. */
const MAIN = packageFile('dist/server/main.js');

let folder = '';
let child: ChildProcess | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qkv-main-'));
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the server; resolves once it prints its URL, or when it exits, with what it has printed so far. */
function start(env: Record<string, string>, ...argv: string[]): Promise<{ url: string; said: string }> {
  const started = spawn(process.execPath, [MAIN, ...argv], {
    env: { ...process.env, QKV_DB: join(folder, 'index.db'), PORT: '0', ...env },
  });
  child = started;
  return new Promise((resolve) => {
    let said = '';
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      const url = /http:\/\/[^\s]+/.exec(said)?.[0];
      if (url) resolve({ url, said });
    };
    started.stdout.on('data', listen);
    started.stderr.on('data', listen);
    started.once('close', () => resolve({ url: '', said }));
  });
}

const ended = (): Promise<number | null> =>
  new Promise((resolve) => {
    if (child?.exitCode !== null) resolve(child?.exitCode ?? null);
    else child.once('exit', resolve);
  });

test('the demo notes are indexed, can be searched, and are not indexed again at the next start', async () => {
  const { url, said } = await start({ QKV_LOG: 'requests' });
  expect(said).toContain('170 notes indexed.');
  expect(said).not.toContain('"path"'); // searches of the warm-up are not logged as requests
  const response = await fetch(`${url}/api/search?q=what+is+attention`);
  const { results, index } = (await response.json()) as {
    results: { uri: string }[];
    index: { stale: { changed: number; missing: number } };
  };
  for (const { uri } of results.slice(0, 3)) expect(uri).toMatch(/^en\/attention\//);
  expect(index.stale).toEqual({ changed: 0, missing: 0 });
  const health = await fetch(`${url}/healthz`);
  expect(await health.json()).toEqual({ status: 'ok', documents: 170 });
  const korean = await fetch(`${url}/api/search?q=${encodeURIComponent('어텐션이란')}`);
  const { results: found } = (await korean.json()) as { results: { title: string }[] };
  expect(found.slice(0, 3).map(({ title }) => title)).toContain('어텐션이란');
  child?.kill('SIGTERM');
  expect(await ended()).toBe(0);
  const again = await start({});
  expect(again.said).not.toContain('indexed');
});

test('with --watch a folder is indexed instead of the demo notes, and followed', async () => {
  const notes = join(folder, 'notes');
  mkdirSync(notes);
  writeFileSync(join(notes, 'a.md'), '# Apple\n\nred');
  const { url, said } = await start({}, '--watch', notes);
  expect(said).not.toContain('demo');
  const titles = async () => {
    const response = await fetch(`${url}/api/documents`);
    return ((await response.json()) as { documents: { title: string }[] }).documents.map(
      ({ title }) => title,
    );
  };
  await vi.waitFor(async () => expect(await titles()).toEqual(['Apple']), { timeout: 20_000, interval: 50 });
  writeFileSync(join(notes, 'b.md'), '# Bread\n\nrye');
  const until = (expected: string[]) =>
    vi.waitFor(async () => expect(await titles()).toEqual(expected), { timeout: 20_000, interval: 50 });
  await until(['Apple', 'Bread']);
  let log = '';
  child?.stdout?.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  renameSync(join(notes, 'b.md'), join(notes, 'bread.md'));
  await vi.waitFor(() => expect(log).toMatch(/^\S+ 1 updated, 1 moved\n/m), { timeout: 20_000 });
  writeFileSync(join(notes, 'big.txt'), 'x'.repeat(10_000_001));
  const skipped = '1 skipped:\n  big.txt: 10.0 MB, over the limit of 10.0 MB\n';
  await vi.waitFor(() => expect(log).toContain(skipped), { timeout: 20_000 });
  // After the index is deleted, a new one is made and the folders are still followed.
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, `index.db${suffix}`));
  await vi.waitFor(() => expect(existsSync(join(folder, 'index.db'))).toBe(true), { timeout: 20_000 });
  writeFileSync(join(notes, 'c.md'), '# Cake\n\neggs');
  await until(['Apple', 'Bread', 'Cake']);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  child?.kill('SIGTERM');
  expect(await ended()).toBe(0);
});

// A limit on the size of files stands for a full disk: Node ignores SIGXFSZ, so that writes of SQLite fail instead.
test.skipIf(process.platform === 'win32')(
  'with --watch, indexing is suspended while the disk is full, and resumes when there is room',
  async () => {
    const notes = join(folder, 'notes');
    mkdirSync(notes);
    const large = () => Array.from({ length: 20_000 }, () => Math.random().toString(36)).join(' ');
    for (let i = 0; i < 12; i++) writeFileSync(join(notes, `large ${i}.md`), large());
    let said = '';
    const started = spawn(
      'sh',
      ['-c', 'ulimit -f 4000; exec "$0" "$@"', process.execPath, MAIN, '--watch', notes],
      {
        env: { ...process.env, QKV_DB: join(folder, 'index.db'), PORT: '0' },
      },
    );
    child = started;
    for (const stream of [started.stdout, started.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
    }
    const tried = 'Until then changes are not indexed; the server keeps trying.';
    await vi.waitFor(() => expect(said).toContain(tried), { timeout: 20_000 });
    await vi.waitFor(() => expect(said).toMatch(/http:\S+/), { timeout: 20_000 });
    const ask = async (path: string) => (await fetch(`${/http:\S+/.exec(said)?.[0]}${path}`)).text();
    expect(JSON.parse(await ask('/healthz'))).toMatchObject({ following: 'cannot-write' });
    expect(await ask('/?lang=en')).toContain('Changes cannot be indexed now');
    for (let i = 0; i < 12; i++) rmSync(join(notes, `large ${i}.md`));
    writeFileSync(join(notes, 'a.md'), '# Apple\n\nred');
    const find = async () => JSON.parse(await ask('/api/documents?find=Apple')) as object;
    await vi.waitFor(async () => expect(await find()).toMatchObject({ total: 1 }), {
      timeout: 20_000,
      interval: 100,
    });
    await vi.waitFor(async () => {
      expect(JSON.parse(await ask('/healthz'))).toEqual({ status: 'ok', documents: 1 });
    });
    expect(await ask('/?lang=en')).not.toContain('Changes cannot be indexed now');
    expect(said.split(tried)).toHaveLength(2); // once
    expect(said).not.toContain('No longer following');
    child?.kill('SIGTERM');
    expect(await ended()).toBe(0);
  },
);

test.each([
  ['', {}, 'data/demo'],
  [
    ', with paths of the folder where npm was called',
    { npm_package_json: packageFile('package.json') },
    packageFile('data/demo'),
  ],
])('with --watch on an index of the demo notes, it says how to remove them%s', async (_, npm, demo) => {
  const isByNpm = 'npm_package_json' in npm;
  const at = (name: string) => (isByNpm ? name : join(folder, name));
  await start({});
  child?.kill('SIGTERM');
  await ended();
  writeFileSync(join(folder, 'a.md'), '# Apple\n\nred');
  const said = await new Promise<string>((resolve) => {
    let text = '';
    child = spawn(process.execPath, [MAIN, '--watch', at('a.md'), '--watch', at('none')], {
      cwd: packageFile('.'),
      env: {
        ...process.env,
        ...npm,
        ...(isByNpm ? { INIT_CWD: folder } : {}),
        QKV_DB: at('index.db'),
        PORT: '0',
      },
    });
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('demo')) resolve(text);
    });
    child.once('close', () => resolve(text));
  });
  expect(said).toContain(`npm run index -- --remove ${demo} --db ${join(folder, 'index.db')}\n`);
  expect(said).toMatch(/^1 failed:\n {2}\S+none: there is no such file or folder/m);
});

test('told to stop, it finishes the requests under way, accepts no more, and exits', async () => {
  const { url } = await start({});
  const asked = Array.from({ length: 30 }, (_, i) => fetch(`${url}/?q=attention+${i}`).then((r) => r.text()));
  await fetch(`${url}/healthz/live`);
  child?.kill('SIGTERM');
  for (const page of await Promise.all(asked)) expect(page).toContain('</html>');
  expect(await ended()).toBe(0);
  await expect(fetch(`${url}/healthz/live`)).rejects.toThrow();
});

test.each<[string[], number, string]>([
  [['--help'], 0, '--watch PATH'],
  [['--frobnicate'], 2, "Unknown option '--frobnicate'. Use npm start -- --help to see how.\n"],
  [['notes'], 2, "Unexpected argument 'notes'. Use npm start"],
  [['--watch'], 2, 'argument missing. Use npm start'],
])('called with %j, it exits with %i and says why', async (argv, code, text) => {
  const { said } = await start({}, ...argv);
  expect(said).toContain(text);
  expect(said).not.toMatch(/^ {4}at /m);
  expect(await ended()).toBe(code);
});

test('an empty environment variable counts as unset', async () => {
  const { url } = await start({ QKV_TOKEN: '', QKV_LOG: '', HOST: '' });
  let log = '';
  child?.stdout?.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  child?.kill('SIGTERM');
  expect(await ended()).toBe(0);
  expect(log).toBe('');
});

test('listening on all interfaces, it prints the URLs for other devices', async () => {
  const { url, said } = await start({ HOST: '0.0.0.0', QKV_TOKEN: 'a token of sixteen' });
  const outside = Object.values(networkInterfaces())
    .flatMap((list = []) => list)
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => `http://${address}:${new URL(url).port}`);
  let log = said;
  child?.stdout?.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  const line = outside.length === 0 ? '' : `From other devices: ${outside.slice(0, 3).join('  ')}\n`;
  await vi.waitFor(() => expect(log).toContain(line));
});

test('told to stop while it reads a PDF of 40,000 pages, it exits without reading on to the end', async () => {
  const notes = join(folder, 'notes');
  mkdirSync(notes);
  writeFileSync(join(notes, 'a.md'), '# Apple\n\nred');
  const pages = Array.from({ length: 40_000 }, (_, i) => [`Page number ${i} of it`]);
  const { url } = await start({}, '--watch', notes);
  const count = async () => (await fetch(`${url}/healthz`)).json();
  await vi.waitFor(async () => expect(await count()).toMatchObject({ documents: 1 }), { timeout: 20_000 });
  writeFileSync(join(notes, 'book.pdf'), pdfBytes({ pages }));
  await new Promise((resolve) => setTimeout(resolve, 1500)); // by then it has noticed the file and is reading it
  const told = performance.now();
  child?.kill('SIGTERM');
  expect(await ended()).toBe(0);
  expect(performance.now() - told).toBeLessThan(8000);
});

test.each([
  [{ QKV_LOG: 'none' }, 'Expected QKV_LOG to be requests or queries, got none.\n'],
  [{ QKV_TOKEN: 'short' }, /^Expected QKV_TOKEN of at least 16 characters; got 5\. /],
  [{ QKV_TOKEN: '', HOST: '0.0.0.0' }, /16 characters, since HOST=0\.0\.0\.0 can be reached .*; got none\. /],
])('%j is refused in one line', async (env, line) => {
  const { said } = await start(env);
  expect(said).toMatch(line);
  expect(said.split('\n')).toHaveLength(2);
  expect(await ended()).toBe(1);
});

test('an invalid port is refused in one line', async () => {
  const { said } = await start({ PORT: 'http' });
  expect(said).toBe('Expected PORT to be a whole number from 0 to 65535, got http.\n');
  expect(await ended()).toBe(1);
});

test.each([false, true])('a port in use is reported, with what to do; following: %s', async (isFollowing) => {
  const { url } = await start({});
  const first = child;
  mkdirSync(join(folder, 'notes'));
  const argv = isFollowing ? ['--watch', join(folder, 'notes')] : [];
  const { said } = await start({ PORT: new URL(url).port, QKV_DB: join(folder, 'other.db') }, ...argv);
  expect(said).toMatch(/^Port \d+ is in use\. Choose another: PORT=3001 npm start\n$/); // before anything is indexed
  expect(existsSync(join(folder, 'other.db'))).toBe(false);
  expect(await ended()).toBe(1);
  first?.kill('SIGKILL');
});

test('an address of another machine is refused, with what to do', async () => {
  const { said } = await start({ HOST: '203.0.113.9', QKV_TOKEN: 'a secret of this test' });
  expect(said).toContain('HOST=203.0.113.9 is no address of this machine. HOST=127.0.0.1 is');
  expect(await ended()).toBe(1);
});

test('a file that is not an index is refused and left alone', async () => {
  const path = join(folder, 'diary.db');
  writeFileSync(path, 'Dear diary, this is no index.\n'.repeat(100));
  const { said } = await start({ QKV_DB: path });
  expect(said).toContain(path);
  expect(await ended()).toBe(1);
  expect(readFileSync(path, 'utf8')).toBe('Dear diary, this is no index.\n'.repeat(100));
});
