import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { packageFile } from '../../lib/root.ts';
import { main as index } from '../../scripts/index.ts';
import { main as query } from '../../scripts/query.ts';
import { main as screenshots } from '../../scripts/screenshots.ts';
import { capture } from './capture.ts';

let folder = '';
let db = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qkv-cli-'));
  db = join(folder, 'index.db');
  mkdirSync(join(folder, 'notes'));
  writeFileSync(join(folder, 'notes', 'apple.md'), '# Apple\n\nA fruit that grows on trees.');
  writeFileSync(join(folder, 'notes', 'bread.md'), '# Bread\n\nFlour, water and salt.');
  writeFileSync(join(folder, 'notes', 'bad.json'), '{');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const mkfifoSync = (path: string) => execFileSync('mkfifo', [path]);

type Command = typeof index;
async function run(command: Command, ...argv: string[]) {
  const { io, out, err } = capture();
  const code = await command(argv, io);
  return { code, out: out(), err: err() };
}

describe('npm run index', () => {
  test('--json prints one document with the documented fields, and nothing else', async () => {
    const { code, out } = await run(index, join(folder, 'notes'), '--db', db, '--json');
    expect(code).toBe(0);
    const report = JSON.parse(out) as Record<string, unknown>;
    for (const field of [
      'added',
      'updated',
      'unchanged',
      'removed',
      'failed',
      'documents',
      'passages',
      'tookMs',
    ])
      expect(report).toHaveProperty(field);
    expect(report).toMatchObject({ added: 2, documents: 2, failed: [{ path: 'bad.json' }] });
  });

  test('without --json says what it did, and why something failed', async () => {
    const { code, out } = await run(index, join(folder, 'notes'), '--db', db);
    expect(code).toBe(0);
    expect(out).toContain('2 added, 0 updated, 0 unchanged, 0 removed');
    expect(out).toMatch(/1 failed:\n {2}bad\.json: .*JSON/);
    expect((await run(index, join(folder, 'notes'), '--db', db)).out).toContain('2 unchanged');
  });

  test('lists hidden files last among the skipped ones', async () => {
    for (let i = 0; i < 12; i++) writeFileSync(join(folder, 'notes', `.hidden${i}`), 'x');
    writeFileSync(join(folder, 'notes', 'large.md'), 'x'.repeat(10_000_001));
    const { out } = await run(index, join(folder, 'notes'), '--db', db);
    expect(out).toMatch(
      /^13 skipped:\n {2}large\.md: 10\.0 MB, over the limit of 10\.0 MB\n {2}\.hidden0: hidden$/m,
    );
  });

  test('counts files of other kinds in one line, without media that notes only embed', async () => {
    const names = [
      'report.DOCX',
      'plan.docx',
      'map.base',
      'photo.png',
      'talk.mp4',
      '.hidden.docx',
      'Makefile',
    ];
    for (const name of names) writeFileSync(join(folder, 'notes', name), 'x');
    const { out } = await run(index, join(folder, 'notes'), '--db', db);
    const line = '4 files of other kinds were passed over: .docx 2, without extension 1, .base 1';
    expect(out.split('\n')).toContain(line);
    const { out: json } = await run(index, join(folder, 'notes'), '--db', db, '--json');
    expect(JSON.parse(json)).toMatchObject({ otherKinds: { '.docx': 2, '.base': 1, '': 1 } });
    for (const name of names.slice(0, 3)) rmSync(join(folder, 'notes', name));
    expect((await run(index, join(folder, 'notes'), '--db', db)).out).toContain(
      '1 file of another kind was passed over: without extension 1\n',
    );
    rmSync(join(folder, 'notes', 'Makefile'));
    expect((await run(index, join(folder, 'notes'), '--db', db)).out).not.toContain('passed over');
  });

  test('--watch keeps running, prints a line for each change, and exits with 0 on Ctrl-C', async () => {
    const { io, out, err } = capture();
    const running = index([join(folder, 'notes'), '--db', db, '--watch'], io);
    const says = (text: string) => vi.waitFor(() => expect(out()).toContain(text), { timeout: 20_000 });
    await says('Following');
    expect(out()).toContain('2 added');
    writeFileSync(join(folder, 'notes', 'cake.md'), '# Cake\n\nEggs and butter.');
    await says('1 added');
    expect(out().match(/bad\.json/g), 'what failed is said once').toHaveLength(1);
    process.emit('SIGINT');
    expect(await running).toBe(0);
    expect(err()).toBe('\nStopped.\n'); // it was idle, so there is no batch to finish
  });

  test('uses the singular for one document', async () => {
    const one = join(folder, 'notes', 'one.md');
    writeFileSync(one, '# One\n\nA note.');
    expect((await run(index, one, '--db', db)).out).toContain('The index holds 1 document with 1 passage.');
    expect((await run(index, '--check', '--db', db)).out).toBe(
      '1 document with 1 passage of 1 file: all as it should be.\n',
    );
  });

  test('--check and --rebuild are about the whole index, and say what they found', async () => {
    expect((await run(index, '--check', '--db', db)).err).toContain('There is no index');
    await run(index, join(folder, 'notes'), '--db', db);
    const unread = await run(index, '--check', '--db', db);
    expect(unread.code).toBe(0); // the index has all that can be read
    expect(unread.out).toMatch(
      /^2 documents with 2 passages of 3 files\.\n1 could not be read:\n {2}\S+bad\.json: malf/,
    );
    expect(unread.out).not.toContain('as it should be');
    rmSync(join(folder, 'notes', 'bad.json'));
    await run(index, join(folder, 'notes'), '--db', db);
    expect(await run(index, '--check', '--db', db)).toMatchObject({
      code: 0,
      out: '2 documents with 2 passages of 2 files: all as it should be.\n',
    });
    writeFileSync(join(folder, 'notes', 'cake.md'), '# Cake');
    const checked = await run(index, '--check', '--db', db);
    expect(checked.code).toBe(1);
    expect(checked.out).toContain('1 problem:\n');
    expect(checked.out).toContain('cake.md: is not in the index');
    expect((await run(index, '--rebuild', '--db', db)).out).toContain('3 added');
    expect((await run(index, '--check', '--json', '--db', db)).out).toContain('"problems": []');
    expect((await run(index, '--check', 'notes')).code).toBe(2);
  });

  test('--remove takes a whole folder and nothing else out of the index, whether or not it is still on disk', async () => {
    const [notes, more] = [join(folder, 'notes'), join(folder, 'more')];
    mkdirSync(more);
    writeFileSync(join(more, 'cake.md'), '# Cake\n\nEggs and butter.');
    await run(index, notes, more, '--db', db);
    rmSync(notes, { recursive: true });
    const { code, out, err } = await run(index, '--remove', notes, '--db', db, '--json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(JSON.parse(out)).toMatchObject({ removed: 2, documents: 1, passages: 1, failed: [] });
    expect((await run(index, '--check', '--db', db)).code).toBe(0);
    expect((await run(query, 'flour', '--db', db)).out).not.toContain('Bread');
    expect((await run(index, '--remove', `${more}/`, '--db', db)).out).toContain('holds 0 documents');
    expect((await run(index, '--check', '--db', db)).code).toBe(0);
    expect((await run(index, more, '--db', db)).out).toContain('1 added');
  });

  test('--remove of a path that is not a source removes nothing, and lists the sources', async () => {
    const notes = join(folder, 'notes');
    await run(index, notes, '--db', db);
    for (const wrong of [folder, join(notes, 'apple.md'), join(folder, 'nowhere')]) {
      const { code, err } = await run(index, '--remove', notes, wrong, '--db', db);
      expect(code).toBe(1);
      expect(err).toContain(`got ${wrong}. Indexed: ${notes}.`);
    }
    expect((await run(query, 'flour', '--db', db)).out).toContain('Bread');
    expect((await run(index, '--remove', notes, '--db', join(folder, 'none.db'))).err).toContain('no index');
  });

  test('indexing notes beside the demo notes gives a notice on stderr with how to remove the demo', async () => {
    const demo = packageFile('data/demo');
    expect((await run(index, demo, '--db', db)).err).toBe('');
    const { code, out, err } = await run(index, join(folder, 'notes'), '--db', db, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ added: 2, documents: 172 });
    const command = `npm run index -- --remove data/demo --db ${db}`;
    expect(err).toBe(`The 170 demo notes are in this index too. Without them: ${command}\n`);
    const spaced = join(folder, "it's mine.db");
    copyFileSync(db, spaced);
    expect((await run(index, join(folder, 'notes'), '--db', spaced)).err).toContain(
      ` --db '${spaced.replace("'", "'\\''")}'\n`,
    );
    expect(await run(index, '--remove', demo, '--db', db)).toMatchObject({ code: 0, err: '' });
    expect((await run(index, join(folder, 'notes'), '--db', db)).err).toBe('');
  });

  test('a missing path fails, and is named', async () => {
    const { code, out } = await run(index, join(folder, 'nowhere'), '--db', db);
    expect(code).toBe(1);
    expect(out).toContain('nowhere: there is no such file or folder');
    expect(readdirSync(folder)).not.toContain('index.db'); // no index is created for nothing
    await run(index, join(folder, 'notes'), join(folder, 'nowhere'), '--db', db);
    expect((await run(index, join(folder, 'nowhere'), '--db', db)).out).toContain('holds 2 documents');
  });

  describe('the exit code', () => {
    const at = (name: string) => join(folder, name);
    const codeOf = async (...paths: string[]) => (await run(index, ...paths, '--db', db)).code;

    test('is 1 for a PATH that cannot be read, however it is spelled', async () => {
      const bad = at('notes/bad.json');
      mkfifoSync(at('pipe.md'));
      writeFileSync(at('plan.docx'), 'x');
      symlinkSync(bad, at('link.json'));
      const spelled = [bad, relative('.', bad), `${folder}/./notes//bad.json`, at('link.json')];
      for (const path of [...spelled, at('pipe.md'), at('plan.docx'), at('nowhere'), join(bad, 'x')]) {
        expect({ path, code: await codeOf(path) }).toEqual({ path, code: 1 });
        const { out } = await run(index, path, at('notes'), '--db', db);
        expect(out).toContain(`\n  ${path}: `); // names the PATH
      }
    });

    test('is 0 for files in a folder that cannot be read, whatever they are called', async () => {
      writeFileSync(at('good.md'), 'x');
      mkdirSync(at('a.json'));
      for (const name of ['notes/good.md', 'a.json/a.json']) writeFileSync(at(name), new Uint8Array([0, 1]));
      const here = process.cwd();
      process.chdir(folder);
      try {
        expect(await codeOf('notes', 'good.md')).toBe(0);
        expect(await codeOf('a.json')).toBe(0);
        expect(await codeOf('.')).toBe(0);
      } finally {
        process.chdir(here);
      }
      expect((await run(index, '--rebuild', '--db', db)).code).toBe(0);
    });
  });

  test('a relative PATH is one of the folder where npm was called, wherever the package is', async () => {
    const { npm_package_json: _, INIT_CWD: __, ...plain } = process.env;
    const root = packageFile('.');
    const npm_package_json = packageFile('package.json');
    const asked = (cwd: string, env: Record<string, string>, db = join(folder, 'other.db')) => {
      const argv = [packageFile('dist/scripts/index.js'), 'notes', '--db', db, '--json'];
      const { stdout } = spawnSync(process.execPath, argv, {
        cwd,
        env: { ...plain, ...env },
        encoding: 'utf8',
      });
      return JSON.parse(stdout).documents;
    };
    expect(asked(root, { INIT_CWD: folder, npm_package_json }, 'some.db')).toBe(2); // npm --prefix
    expect(existsSync(join(folder, 'some.db'))).toBe(true);
    rmSync(join(folder, 'other.db'), { force: true });
    expect(asked(root, { INIT_CWD: folder })).toBe(0); // not by npm
    const others = join(folder, 'package.json');
    writeFileSync(others, '{}');
    expect(asked(root, { INIT_CWD: folder, npm_package_json: others })).toBe(0); // by a script of another package
    expect(asked(folder, { INIT_CWD: root, npm_package_json })).toBe(2); // by a script that npm runs
    expect(asked(root, { INIT_CWD: root, npm_package_json })).toBe(2); // what has been indexed, no notes there
  });

  test('of several PATHs it says in which one a file failed', async () => {
    mkdirSync(join(folder, 'more'));
    for (const name of ['notes/x.md', 'more/x.md']) writeFileSync(join(folder, name), new Uint8Array([0, 1]));
    writeFileSync(join(folder, 'more', '.hidden'), 'x');
    const [notes, more] = [join(folder, 'notes'), `${folder}/./more/`];
    const { out } = await run(index, notes, more, '--db', db);
    expect(out).toContain(`\n  ${notes}/x.md: binary`);
    expect(out).toContain(`\n  ${more}x.md: binary`);
    expect(out).toContain(`\n  ${more}.hidden: hidden`);
    expect((await run(index, notes, '--db', db)).out).toContain('\n  x.md: binary');
  });

  test.each<[string, string[], string]>([
    ['no path', [], 'Expected at least one file or folder'],
    ['an empty path', [''], 'Expected at least one file or folder'],
    ['--remove without a path', ['--remove'], 'Expected at least one file or folder to remove'],
    ['--remove with --watch', ['notes', '--remove', '--watch'], 'Expected --remove or --watch'],
    ['an empty --db', ['notes', '--db', ''], 'Expected --db to name a file'],
    ['an option that does not exist', ['notes', '--frobnicate'], '--frobnicate'],
  ])('%s is a usage error', async (_name, argv, message) => {
    const { code, out, err } = await run(index, ...argv);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(message);
    expect(err).toContain('--help');
  });

  test('--help prints the usage and does nothing else', async () => {
    const { code, out } = await run(index, '--help');
    expect(code).toBe(0);
    expect(out).toContain('npm run index -- PATH…');
  });
});

describe('npm run query', () => {
  beforeEach(async () => {
    await run(index, join(folder, 'notes'), '--db', db);
  });

  test('lists documents by weight, with a row for "nothing here"', async () => {
    const { code, out } = await run(query, 'flour', 'salt', '--db', db);
    expect(code).toBe(0);
    expect(out).toMatch(/% {2}Bread {2}\(bread\.md\)/);
    expect(out).toContain('nothing here');
    expect(out.indexOf('Bread')).toBeLessThan(out.indexOf('Apple'));
  });

  test('formats shares as the pages do: a tiny one is not shown as zero', async () => {
    const { out } = await run(query, 'flour', '--db', db, '--temperature', '0.05');
    expect(out).toMatch(/^ {4}100% {2}Bread/m);
    expect(out).toMatch(/^ {3}<0\.1% {2}nothing here$/m);
    expect(out).toMatch(/^ {6}0% {2}the other 0 of 2 documents$/m);
  });

  test('says which words of the query each document lacks', async () => {
    const { out } = await run(query, 'flour', 'quokka\u001b[31m', '--db', db);
    const [bread = ''] = out.split('Apple');
    expect(bread).toMatch(/^ {10}not in this document: quokka, 31m$/m);
    expect(out).not.toContain('\u001b');
    expect((await run(query, 'flour', '--db', db)).out.split('Apple')[0]).not.toContain(
      'not in this document',
    );
  });

  test('lists nothing when no document has a word of the query', async () => {
    const { code, out } = await run(query, 'qwertzuiop', '--db', db);
    expect(code).toBe(0);
    expect(out).toMatch(/^No document has a word of this query\./);
    expect(out).not.toContain('Bread');
    expect(out).toContain('the other 2 of 2 documents');
  });

  test('says how unknown words were interpreted, on separate lines', async () => {
    await run(index, join(folder, 'notes'), '--db', db);
    const { out } = await run(query, 'brread loaf\u001b[31m', '--db', db);
    const lines = out.replaceAll('\u00a0', ' ').split('\n');
    expect(lines.slice(1, 4)).toEqual([
      'Found in no document, so read as: brread → bread.',
      'Found in no document, so searched for by meaning: loaf → bread, flour.',
      '',
    ]);
  });

  test('control characters of a note do not reach the terminal', async () => {
    const engine = Engine.open({ path: db });
    await engine.index([
      { uri: 'esc', title: 'Flour \u001b[2J', content: 'flour \u001b[31m', format: 'text' },
    ]);
    engine.close();
    expect((await run(query, 'flour', '--db', db)).out).not.toContain('\u001b');
  });

  test('control characters of a file name do not reach the terminal, and each file has one line', async () => {
    const notes = join(folder, 'notes');
    writeFileSync(join(notes, 'red\u001b[31m\nline\u202egpj.json'), '{');
    const { out } = await run(index, notes, '--db', db);
    for (const mark of ['\u001b', '\u202e']) expect(out).not.toContain(mark);
    expect(out).toMatch(/^ {2}red\[31m linegpj\.json: /m);
    rmSync(join(notes, 'bread.md'));
    writeFileSync(join(notes, 'new\u001b[2J.md'), '# New');
    expect((await run(index, '--check', '--db', db)).out).not.toContain('\u001b');
  });

  test('--json prints the response of the API', async () => {
    const { out } = await run(query, 'fruit', '--db', db, '--json', '--limit', '1', '--temperature', '2');
    expect(JSON.parse(out)).toMatchObject({
      results: [{ rank: 1, title: 'Apple' }],
      attention: { temperature: 2, documents: 2 },
      index: { stale: { changed: 0, missing: 0 } },
    });
  });

  test('reports how many notes were changed or deleted since they were indexed', async () => {
    writeFileSync(join(folder, 'notes', 'apple.md'), '# Apple\n\nSomething longer than before, about pears.');
    rmSync(join(folder, 'notes', 'bread.md'));
    const { out } = await run(query, 'fruit', '--db', db, '--json');
    expect(JSON.parse(out)).toMatchObject({ index: { stale: { changed: 1, missing: 1 } } });
  });

  test.each<[string, string[], string]>([
    ['no words', [], 'Expected a query'],
    [
      'temperature 0',
      ['a', '--temperature', '0'],
      'Expected --temperature to be a number from 0.001 to 1000, got "0"',
    ],
    ['temperature -1', ['a', '--temperature', '-1'], 'to be a number from 0.001 to 1000, got "-1"'],
    ['temperature 0x10', ['a', '--temperature', '0x10'], 'got "0x10"'],
    ['temperature NaN', ['a', '--temperature', 'NaN'], 'got "NaN"'],
    ['limit 1e9', ['a', '--limit', '1e9'], 'Expected --limit to be a whole number from 1 to 100, got "1e9"'],
  ])('%s is a usage error', async (_name, argv, message) => {
    const { code, err } = await run(query, ...argv, '--db', db);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  test.skipIf(!existsSync('/dev/full'))('a full disk is one line and exit code 1', async () => {
    const full = openSync('/dev/full', 'w');
    const argv = [packageFile('dist/scripts/query.js'), 'apple', '--db', db];
    const { status, stderr } = spawnSync(process.execPath, argv, {
      ...{ stdio: ['ignore', full, 'pipe'], encoding: 'utf8' },
    });
    closeSync(full);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: 'query: The output cannot be written: the disk is full.\n',
    });
  });

  test('without an index it says how to make one', async () => {
    const { code, err } = await run(query, 'a', '--db', join(folder, 'none.db'));
    expect(code).toBe(1);
    expect(err).toMatch(/npm run index/);
  });

  test('a query that is too long is refused with both lengths', async () => {
    const { code, err } = await run(query, 'q'.repeat(10_000), '--db', db);
    expect(code).toBe(1);
    expect(err).toContain('at most 2000 characters, got 10000');
  });
});

test('npm run screenshots takes no arguments but its option', async () => {
  const { io, err } = capture();
  expect(await screenshots([join(folder, 'here')], io)).toBe(2);
  expect(err()).toBe(
    `screenshots: Expected --out DIR, got "${join(folder, 'here')}". Use --help to see how.\n`,
  );
});

test('npm run screenshots ends where its browser cannot be started, and leaves no server behind', () => {
  const { status, signal, stderr } = spawnSync(
    process.execPath,
    [packageFile('dist/scripts/screenshots.js'), '--out', folder],
    { env: { ...process.env, CHROME_PATH: packageFile('package.json') }, encoding: 'utf8', timeout: 20_000 },
  );
  expect({ status, signal }).toEqual({ status: 1, signal: null });
  expect(stderr).toContain('package.json');
});
