import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

/** Checks the imports of the code against the arrows that the design allows. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Import {
  /** Path of the importing file from the root, with '/'. */
  readonly from: string;
  /** Path of a file of ours from the root, or the name of a package. */
  readonly to: string;
}

function filesOf(folder: string): string[] {
  const absolute = join(ROOT, folder);
  if (!existsSync(absolute)) return [];
  return readdirSync(absolute, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:ts|mts|mjs|js)$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
}

/** Code without comments: an example in a docstring is not an import. Strings are kept. */
function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, '$1');
}

/** Static imports, re-exports and import(), types included; side-effect imports too. */
const SPECIFIER = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)(['"])([^'"\n]+)\1/g;

function importsOf(file: string, code = readFileSync(join(ROOT, file), 'utf8')): Import[] {
  return Array.from(withoutComments(code).matchAll(SPECIFIER), ([, , specifier = '']) => ({
    from: file,
    to: specifier.startsWith('.')
      ? relative(ROOT, resolve(dirname(join(ROOT, file)), specifier)).replaceAll('\\', '/')
      : specifier,
  }));
}

/** Files that every folder may import: types, errors and pauses. They import only each other. */
const LEAVES = new Set([
  'lib/document.ts',
  'lib/errors.ts',
  'lib/turns.ts',
  'lib/response.ts',
  'lib/root.ts',
]);

const CORE = ['attention', 'embedding', 'lexical', 'text', 'math'];
/** The files at the top of lib/: the engine, what it reads, and the search that puts the parts together. */
const ENGINE = 'engine';
/** What each folder of lib/ may import, besides itself and the leaves. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  math: [],
  text: [],
  lexical: ['text', 'math'],
  embedding: ['text', 'math'],
  attention: ['text', 'math'],
  store: CORE,
  ingest: [...CORE, 'store'],
  evaluate: CORE,
  indexing: [...CORE, 'store', 'ingest'],
  query: [...CORE, 'store', 'ingest', ENGINE],
  answer: [...CORE, 'store', ENGINE, 'query'],
  explain: [...CORE, 'store', ENGINE, 'query', 'answer'],
  upkeep: [...CORE, 'store', 'ingest', 'indexing', ENGINE],
};

/** Packages that only some folders may import, and these folders. */
const OWNERS: Readonly<Record<string, readonly string[]>> = {
  'better-sqlite3': ['lib/store/', 'scripts/peers/'],
  'markdown-it': ['lib/ingest/', 'server/'],
  htmlparser2: ['lib/ingest/'],
  temml: ['lib/ingest/'],
  'csv-parse': ['lib/ingest/'],
  yaml: ['lib/ingest/'],
  unpdf: ['lib/ingest/'],
  compression: ['server/'],
  'prom-client': ['server/'],
  'express-rate-limit': ['server/'],
  express: ['server/'],
  ejs: ['server/'],
};

/** The part of the project a file belongs to: 'server', 'lib' for its top level, 'lib/math' … */
function partOf(file: string): string {
  const [top = '', second = '', third] = file.split('/');
  return top === 'lib' && third !== undefined ? `lib/${second}` : top;
}

/** Why an import is forbidden, or null. */
function objection({ from, to }: Import): string | null {
  const [name = ''] = /^(?:@[^/]+\/)?[^/]+/.exec(to) ?? [];
  if (to === 'natural') return 'loads database drivers: import the stemmer by its path';
  const owners = OWNERS[name];
  if (owners && !owners.some((owner) => from.startsWith(owner)))
    return `only ${owners.join(' and ')} may import ${name}`;
  if (!/^(?:lib|server|scripts|views|test|data)\//.test(to)) return null;
  if (to.startsWith('test/')) return 'nothing but a test imports tests';
  if (LEAVES.has(from)) return LEAVES.has(to) ? null : 'a leaf imports nothing but leaves';
  const [source, target] = [partOf(from), partOf(to)];
  if (source === 'scripts' || source === 'server' || source === target || LEAVES.has(to)) return null;
  if (!target.startsWith('lib')) return `lib/ knows nothing of ${target}/`;
  if (source === 'lib') return null;
  const allowed = ARROWS[source.slice('lib/'.length)];
  if (!allowed) return `${source}/ is not in the design: give it its arrows here`;
  return allowed.includes(target === 'lib' ? ENGINE : target.slice('lib/'.length))
    ? null
    : `${source}/ may import ${allowed.join(', ') || 'nothing of ours'}`;
}

const code = ['lib', 'server', 'scripts'].flatMap(filesOf);

describe('imports between the parts', () => {
  test('the code and its imports are found', () => {
    expect(code.length).toBeGreaterThan(30);
    const seen = importsOf('lib/engine.ts').map(({ to }) => to);
    expect(seen).toEqual(
      expect.arrayContaining(['lib/store/store.ts', 'lib/errors.ts', 'lib/indexing/sync.ts']),
    );
    expect(importsOf('lib/store/open.ts').map(({ to }) => to)).toContain('better-sqlite3');
  });

  test('every import follows an arrow of the design', () => {
    const forbidden = code.flatMap((file) =>
      importsOf(file).flatMap((found) => {
        const reason = objection(found);
        return reason === null ? [] : [`${found.from} → ${found.to}: ${reason}`];
      }),
    );
    expect(forbidden).toEqual([]);
  });

  test('every imported file of the project exists', () => {
    const missing = code
      .flatMap((file) => importsOf(file))
      .filter(({ to }) => /^(?:lib|server|scripts|views)\/.*\.ts$/.test(to) && !existsSync(join(ROOT, to)))
      .map(({ from, to }) => `${from} → ${to}`);
    expect(missing).toEqual([]);
  });

  test.each<[string, string, string]>([
    ['lib/math/softmax.ts', "import { a } from '../text/tokens.ts';", 'lib/math/ may import nothing of ours'],
    ['lib/text/tokens.ts', "import { a } from '../math/vector.ts';", 'lib/text/ may import nothing of ours'],
    [
      'lib/lexical/bm25.ts',
      "import type { A } from '../store/store.ts';",
      'lib/lexical/ may import text, math',
    ],
    [
      'lib/attention/attend.ts',
      "import { a } from '../embedding/lsa.ts';",
      'lib/attention/ may import text, math',
    ],
    ['lib/store/store.ts', "import { a } from '../ingest/read.ts';", 'lib/store/ may import'],
    ['lib/store/store.ts', "import { Engine } from '../engine.ts';", 'lib/store/ may import'],
    ['lib/ingest/read.ts', "export * from '../evaluate/metrics.ts';", 'lib/ingest/ may import'],
    ['lib/evaluate/metrics.ts', "import { a } from '../store/store.ts';", 'lib/evaluate/ may import'],
    ['lib/query/query.ts', "import { a } from '../answer/answer.ts';", 'lib/query/ may import'],
    ['lib/answer/answer.ts', "import { a } from '../explain/maps.ts';", 'lib/answer/ may import'],
    ['lib/text/tokens.ts', "import { a } from '../engine.ts';", 'lib/text/ may import nothing of ours'],
    ['lib/engine.ts', "import { a } from '../server/app.ts';", 'lib/ knows nothing of server/'],
    ['lib/math/softmax.ts', "await import('../../scripts/query.ts');", 'lib/ knows nothing of scripts/'],
    ['lib/errors.ts', "import { a } from './engine.ts';", 'a leaf imports nothing but leaves'],
    ['lib/new/thing.ts', "import { a } from '../math/vector.ts';", 'is not in the design'],
    ['lib/engine.ts', "import Sqlite from 'better-sqlite3';", 'only lib/store/'],
    ['server/app.ts', "import Sqlite from 'better-sqlite3';", 'only lib/store/'],
    ['lib/text/tokens.ts', "import { parse } from 'csv-parse/sync';", 'only lib/ingest/'],
    ['scripts/index.ts', "import yaml from 'yaml';", 'only lib/ingest/'],
    ['lib/engine.ts', "import express from 'express';", 'only server/'],
    ['lib/text/analyzer.ts', "import natural from 'natural';", 'import the stemmer by its path'],
    ['scripts/index.ts', "const natural = require('natural');", 'import the stemmer by its path'],
    ['lib/engine.ts', "import '../test/support/corpus.ts';", 'nothing but a test imports tests'],
  ])('%s may not contain %s', (file, line, reason) => {
    const [found] = importsOf(file, `/** import 'a comment' */\n${line}\n`);
    expect(objection(found as Import)).toContain(reason);
  });

  test.each<[string, string]>([
    ['lib/engine.ts', "import { a } from './ingest/read.ts';"],
    ['lib/ingest/read.ts', "import { a } from '../store/store.ts';"],
    ['lib/explain/maps.ts', "import { a } from '../engine.ts';"],
    ['lib/store/store.ts', "import { a } from '../embedding/lsa.ts';"],
    ['lib/math/softmax.ts', "import { SearchError } from '../errors.ts';"],
    ['lib/lexical/bm25.ts', "import { a } from './postings.ts';"],
    ['lib/document.ts', "import type { A } from './errors.ts';"],
    ['server/app.ts', "import { Engine } from '../lib/index.ts';"],
    ['scripts/peers/fts5.ts', "import Sqlite from 'better-sqlite3';"],
    ['lib/text/analyzer.ts', "import porter from 'natural/lib/natural/stemmers/porter_stemmer.js';"],
    ['lib/store/open.ts', "import { existsSync } from 'node:fs';"],
  ])('%s may contain %s', (file, line) => {
    expect(importsOf(file, line).map(objection)).toEqual([null]);
  });
});

describe('the files of lib/', () => {
  const library = code.filter((file) => file.startsWith('lib/'));

  test('neither print nor exit', () => {
    const loud = library.filter((file) =>
      /\bconsole\s*\.|\bprocess\s*\.\s*(?:stdout|stderr|exit|exitCode)\b/.test(
        withoutComments(readFileSync(join(ROOT, file), 'utf8')),
      ),
    );
    expect(loud).toEqual([]);
  });

  test('have at most 300 lines', () => {
    const long = library
      .map((file) => `${file}: ${readFileSync(join(ROOT, file), 'utf8').trimEnd().split('\n').length}`)
      .filter((entry) => Number(entry.split(': ')[1]) > 300);
    expect(long).toEqual([]);
  });
});
