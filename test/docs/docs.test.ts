import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { ERROR_STATUS } from '../../lib/errors.ts';
import { Engine } from '../../lib/index.ts';
import { READERS, SIZE_LIMITS } from '../../lib/ingest/read.ts';
import { packageFile } from '../../lib/root.ts';
import { readNotes } from '../../scripts/lib/notes.ts';
import { SERVER_LIMITS } from '../../server/limits.ts';
import { TURNS } from '../../server/turns.ts';

const read = (name: string) => readFileSync(packageFile(name), 'utf8');
const PAGES = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync(packageFile('docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

test('every error code is documented with its status, and no other', () => {
  const rows = [...read('docs/errors.md').matchAll(/^\| `([A-Z_]+)` \| (\d+) \|/gm)];
  expect(Object.fromEntries(rows.map(([, code, status]) => [code, Number(status)]))).toEqual(ERROR_STATUS);
});

test('both ways of being too busy are documented', () => {
  const row = /^\| `TOO_BUSY` .*$/m.exec(read('docs/errors.md'))?.[0];
  expect(row).toContain(`${SERVER_LIMITS.concurrency} requests are being answered already`);
  expect(row).toContain(`has waited for ${TURNS.patience / 1000} s`);
});

test('every extension that is read is documented, with the largest size of its files', () => {
  const page = read('docs/files.md');
  const table = page.slice(page.indexOf('| extension |'), page.indexOf('Files of other kinds'));
  const documented = Array.from(table.matchAll(/`(\.[a-z]+)`/g), ([, extension]) => extension);
  expect(documented.toSorted()).toEqual([...READERS.keys()].toSorted());
  const megabytes = (bytes: number) => `${bytes / 1e6} MB`;
  const { text, json, pdf, rows } = SIZE_LIMITS;
  expect(json).toBe(pdf);
  for (const [what, limit] of [
    ['Markdown, canvas, text, HTML', text],
    ['JSON, PDF', json],
    ['JSONL, CSV, TSV', rows],
  ] as const)
    expect(page).toContain(`| ${what} | ${megabytes(limit)} |`);
});

test('every field of the report of indexing is documented, and no other', async () => {
  const engine = Engine.open();
  const report = await engine.sync([]);
  engine.close();
  const [table = ''] = /(?<=## The report\n[^|]*)(?:\|.*\n)+/.exec(read('docs/files.md')) ?? [];
  const rows = table.split('\n').map((row) => row.split('|')[1] ?? '');
  const documented = rows.flatMap((cell) => Array.from(cell.matchAll(/`(\w+)`/g), ([, field]) => field));
  expect(documented.toSorted()).toEqual(Object.keys(report).toSorted());
});

test('every field of a document that a program indexes is documented', async () => {
  const engine = Engine.open();
  const unknown = engine.index([
    Object.assign({ uri: '', title: '', content: '', format: 'text' as const }, { x: 1 }),
  ]);
  const [, fields = ''] = /only (.+)\.$/.exec(String(await unknown.catch((error: unknown) => error))) ?? [];
  engine.close();
  const row = /^\| `await index\(.*$/m.exec(read('docs/api.md'))?.[0] ?? '';
  expect(fields.split(', ').length).toBeGreaterThan(4);
  for (const field of fields.split(', ')) expect(row).toContain(`\`${field}\``);
});

test('every endpoint is documented, and no other', () => {
  const routes = [...read('server/api.ts').matchAll(/router\.get\('([^']+)'/g)].map(([, path]) =>
    `/api${path}`.replace(/\/$/, ''),
  );
  const documented = [...read('docs/api.md').matchAll(/^\| \[?`(\/api[^?`]*)/gm)].map(([, path]) => path);
  expect(documented.toSorted()).toEqual(routes.toSorted());
});

test('every npm script named in the README exists', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  for (const [, name] of read('README.md').matchAll(/npm run ([a-z]+)/g))
    expect(scripts).toHaveProperty(name ?? '');
});

test('the README counts its production dependencies right', () => {
  const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
  const count = [
    'zero',
    'one',
    'two',
    'three',
    'four',
    'five',
    'six',
    'seven',
    'eight',
    'nine',
    'ten',
    'eleven',
    'twelve',
    'thirteen',
    'fourteen',
  ][Object.keys(dependencies).length];
  expect(read('README.md')).toContain(`Production dependencies, ${count}:`);
  for (const name of Object.keys(dependencies)) expect(read('README.md')).toContain(name);
});

test('every measured figure of the README is in the pages that say how it was measured', () => {
  const table = /## Measured\n[^|]+((?:\|.*\n)+)/.exec(read('README.md'))?.[1] ?? '';
  const figures = Array.from(
    table.matchAll(/(?<![\w,.])(?:\.\d{3}|\d+(?:,\d{3})*(?:\.\d)?)/g),
    ([figure]) => figure,
  );
  expect(figures.length).toBeGreaterThan(30);
  const measured = read('docs/quality.md') + read('docs/performance.md');
  for (const figure of figures)
    expect(measured).toMatch(new RegExp(`(?<![\\d.,])${figure.replace('.', '\\.')}(?!\\d)`));
});

test.each(PAGES)('links in %s lead to existing files', (page) => {
  const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target]) => target ?? '');
  for (const target of links) {
    expect(() => readFileSync(packageFile(normalize(join(dirname(page), target))))).not.toThrow();
  }
});

test('every promise names a test that exists', () => {
  const rows = [...read('docs/promises.md').matchAll(/^\| [^|]+ \| ([a-z/-]+\.test\.ts) \| ([^|]+) \|$/gm)];
  expect(rows.length).toBeGreaterThan(20);
  for (const [, file, name] of rows) expect(read(`test/${file}`), name).toContain(name?.trim());
});

test.each(PAGES)('every table of %s has a header, and equally many cells in each row', (page) => {
  const tables = read(page).matchAll(/(?:^\|.*\n?)+/gm);
  for (const [table] of tables) {
    const rows = table.trimEnd().split('\n');
    const cells = rows.map((row) => row.replace(/`[^`]*`|\\\|/g, '').split('|').length);
    expect(rows[1], rows[0]).toMatch(/^[|\s:-]+$/);
    expect(
      new Set(cells).size,
      rows.find((_, i) => cells[i] !== cells[0]),
    ).toBe(1);
  }
});

test('the leave-one-out figures of the documentation are those in the calibration', () => {
  const { leaveOneOut } = JSON.parse(read('data/calibration.json')).provenance as {
    leaveOneOut: Record<string, Record<string, number>>;
  };
  const digits = (value: number) => value.toFixed(3).replace(/^0/, '');
  for (const [name, { 'ndcg@10': ndcg = 0, auroc = 0, calibrationError = 0 }] of Object.entries(
    leaveOneOut,
  )) {
    const [collection, untitled] = name.split(', ');
    const row = new RegExp(`^\\| ${collection} · untitled .*$`, 'm').exec(read('docs/quality.md'))?.[0] ?? '';
    const column = (at: number) => row.split('|')[at]?.trim().split(' · ')[untitled ? 1 : 0];
    expect([column(2), column(4), column(5)], name).toEqual([ndcg, auroc, calibrationError].map(digits));
  }
});

test('the examples of the endpoints show the numbers of the demo notes', async () => {
  const engine = Engine.open();
  await engine.index(await readNotes('data/demo'));
  const { query, attention, results } = engine.search('what is attention');
  const [first] = results;
  const explained = engine.explain('what is attention', first?.id ?? 0);
  const [search = '', explanation = ''] = Array.from(
    read('docs/api.md').matchAll(/```jsonc\n([\s\S]*?)```/g),
    ([, text]) => text,
  );
  const numbers = (text: string, keys: Readonly<Record<string, unknown>>) => {
    for (const [key, value] of Object.entries(keys)) {
      const [, printed = ''] = new RegExp(`"${key}": (-?[\\d.]+)`).exec(text) ?? [];
      const digits = printed.split('.')[1]?.length ?? 0;
      expect([key, printed]).toEqual([key, Number(value).toFixed(digits)]);
    }
  };
  const part = (text: string, from: string) => text.slice(text.indexOf(from));
  const { bias, sharpness, textLength, remainder, effectiveDocuments, evidence } = attention;
  numbers(search, {
    explained: query.explained,
    bias,
    sharpness,
    textLength,
    remainder,
    effectiveDocuments,
    evidence,
  });
  numbers(part(search, '"heads"'), attention.heads);
  numbers(part(search, '"feedback": ['), { ...attention.feedback[0] });
  numbers(part(search, '"nothing"'), { weight: attention.nothing.weight });
  numbers(part(search, '"results"'), {
    id: first?.id,
    weight: first?.weight,
    logit: first?.logit,
    end: first?.passage.end,
  });
  numbers(part(search, '"scores"'), { ...first?.scores });
  numbers(explanation, { ...explained.bias, sharpness: explained.sharpness, overlap: explained.overlap });
  const [{ score, coefficient, product } = { score: 0, coefficient: 0, product: 0 }] = explained.heads;
  numbers(part(explanation, '"heads"'), { score, coefficient, product });
  engine.close();
});
