import { DomUtils, parseDocument } from 'htmlparser2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../lib/engine.ts';
import type { SearchResponse } from '../../lib/response.ts';
import { translate } from '../../server/i18n.ts';
import { significant, total } from '../../server/views/numbers.ts';
import { serveDemo, type TestServer } from '../support/server.ts';

/** Recomputes the maths of each result from the printed numbers alone, as with pencil and paper. */

let engine: Engine;
let server: TestServer;
beforeAll(async () => {
  ({ engine, server } = await serveDemo());
});
afterAll(() => server.close());

type Language = 'en' | 'ko';
interface Row {
  /** What precedes the number: its name, then the expressions that it is computed from. */
  readonly parts: readonly string[];
  readonly value: string;
}
interface Maths {
  readonly notes: string;
  readonly tables: readonly (readonly Row[])[];
}

const textOf = (element: Parameters<typeof DomUtils.textContent>[0]) =>
  DomUtils.textContent(element)
    .replace(/[^\S\n]+/g, ' ')
    .trim();

async function mathsOf(path: string): Promise<Maths[]> {
  const { text } = await server.ask(path, { headers: { accept: 'text/html' } });
  const root = parseDocument(text.replaceAll('<br>', '\n'));
  const within = (of: typeof root.children, name: string) => DomUtils.findAll((one) => one.name === name, of);
  const sums = DomUtils.findAll(({ attribs }) => attribs.class === 'sums', root.children);
  return sums.map(({ children }) => ({
    notes: within(children, 'p').map(textOf).join('\n'),
    tables: within(children, 'table').map((table) =>
      within(within(table.children, 'tbody'), 'tr').map((row) => {
        const [head] = within(row.children, 'th');
        const spans = head ? DomUtils.getChildren(head).flatMap((one) => within([one as never], 'span')) : [];
        const parts = spans.filter(
          ({ parent }) => (parent as { attribs?: { class?: string } })?.attribs?.class === 'parts',
        );
        return {
          parts: parts.length > 0 ? parts.map(textOf) : [head ? textOf(head) : ''],
          value: textOf(within(row.children, 'td').at(-1) ?? []),
        };
      }),
    ),
  }));
}

/** "−4.9364" → "-4.9364", "8.87 × 10⁻⁴" → "8.87e-4". */
const ascii = (text = ''): string =>
  text
    .replace(/ ✓$/, '')
    .replace(/ × 10(?=[⁻⁰-⁹¹²³])/, 'e')
    .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹]/g, (digit) => String('⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(digit)))
    .replaceAll(/[−⁻]/g, '-');
/** "−4.9364" → −4.9364. */
const number = (text = ''): number => Number(ascii(text));

/** Evaluates an expression as printed: +, −, ×, ÷, brackets, ln, exp, e^, √, max, powers. */
function worked(expression: string): number {
  const program = expression
    .replaceAll('−', '-')
    .replaceAll('×', '*')
    .replaceAll('÷', '/')
    .replaceAll('½', '0.5')
    .replaceAll('³', '**3')
    .replaceAll('^¾', '**0.75')
    .replaceAll('e^', 'exp')
    .replaceAll('√', 'sqrt')
    .replace(/ln ?([\d.]+)/g, 'ln($1)');
  expect(program).toMatch(/^(?:[-+*/(),. \d]|ln|exp|sqrt|max)+$/);
  const { log, exp, sqrt, max } = Math;
  return new Function('ln', 'exp', 'sqrt', 'max', `return ${program};`)(log, exp, sqrt, max) as number;
}

/** Expects a printed number to equal another up to its last digit but one. */
function follows(printed: string, expected: number, what: string): void {
  const [digits = '', power = '0'] = ascii(printed).split('e');
  const last = 10 ** (Number(power) - (digits.split('.')[1]?.length ?? 0));
  expect(Math.abs(number(printed) - expected), `${what}: ${printed}, from the page ${expected}`).toBeLessThan(
    10 * last,
  );
}

const sumOf = (rows: readonly Row[]): number => rows.reduce((sum, { value }) => sum + number(value), 0);

/** An expression of numbers, and its printed value. */
const PRINTED = /((?:ln|exp|max|[-−+×÷(),.√^¾\d ])+) = (−?[\d.]*\d)/g;

/** Checks every printed number, and returns the weight. */
function recompute({ notes, tables }: Maths, heads: number, language: Language): number {
  for (const [, expression = '', value = ''] of notes.matchAll(PRINTED))
    if (/\d/.test(expression)) follows(value, worked(expression), expression);
  const [main = [], ...others] = tables;
  const at = (key: Parameters<typeof translate>[1]) => {
    const index = main.findIndex(({ parts }) =>
      parts[0]?.startsWith(translate(language, key).split(' (')[0] ?? ''),
    );
    return { index, row: main[index] };
  };
  for (const { parts, value } of main.slice(0, at('maths.logit').index))
    if (parts[1]) follows(value, worked(parts[1]), parts.join(' '));
  const said = main[heads];
  const [, spoken = ''] = said?.parts[1]?.split(' × ') ?? [];
  follows(spoken, sumOf(main.slice(0, heads)), 'Σ a · s');
  const logit = at('maths.logit');
  follows(logit.row?.value ?? '', sumOf(main.slice(heads, logit.index)), 'logit');
  const [scaled, exp, sum, weight, all] = main.slice(logit.index + 1);
  const temperature = Number(/T = ([\d.e-]+)/.exec(scaled?.parts[0] ?? '')?.[1]);
  follows(scaled?.value ?? '', number(logit.row?.value) / temperature, '÷ T');
  const shift = number(/−([\s−\d.]+)\)/.exec(exp?.parts[0] ?? '')?.[1]?.trim());
  follows(exp?.value ?? '', Math.exp(number(scaled?.value) - shift), 'exp');
  const [, power = '', nothing = ''] =
    /(exp\(0 [^)]*\)) = ([\d.]+(?: × 10⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)?)/.exec(sum?.parts[0] ?? '') ?? [];
  follows(nothing, worked(power), 'null key');
  follows(weight?.value ?? '', number(exp?.value) / number(sum?.value), 'weight');
  follows(all?.value ?? '', worked(all?.parts[1] ?? ''), 'total');
  expect(all?.value).toBe('1.0000 ✓');
  follows((all?.parts[1] ?? '').split(' + ').at(-1) ?? '', number(nothing) / number(sum?.value), 'nothing');
  for (const rows of others) {
    const last = rows.at(-1);
    follows(last?.value ?? '', sumOf(rows.slice(0, -1)), 'sum of a score');
    // Except for BM25's shares, the rounding difference is one of the parts.
    if (!rows.some(({ parts }) => parts[1]?.startsWith('n = ')))
      expect(sumOf(rows.slice(0, -1)).toFixed(4)).toBe(number(last?.value).toFixed(4));
    for (const { parts, value } of rows)
      if (parts.length > 1) follows(value, worked(parts.at(-1) ?? ''), parts.join(' '));
  }
  const [, documents = ''] = /ln\(1 \+ \((\d+) − n/.exec(notes) ?? [];
  const [, asked = ''] = /idf ÷ ([\d.]+\d)/.exec(notes) ?? [];
  // Only where the words head is on.
  for (const { parts } of (documents && others.at(-1)?.slice(0, -1)) || []) {
    const [, n = '', idf = ''] = /n = (\d+), idf = ([\d.]+)/.exec(parts[1] ?? '') ?? [];
    follows(idf, worked(`ln(1 + (${documents} − ${n} + ½) ÷ (${n} + ½))`), 'idf');
    const count = Number(/× ([\d.]+)$/.exec(parts[0] ?? '')?.[1] ?? 1);
    const most = parts[2]?.split(' × ')[0] ?? '';
    if (count === 1) follows(most, number(idf) / number(asked), 'most');
    else expect(number(most)).toBeCloseTo((count * number(idf)) / number(asked), 2);
  }
  return number(weight?.value);
}

const QUERIES = [
  'how softmax turns scores into weights',
  'attention',
  '소프트맥스는 왜 합이 1일까',
  'insomnia mechansim',
  'mortgage rates',
  'the best way to sleep when it is hot outside and a train is late and nobody wants to cook dinner for the guests who came from far away by bicycle yesterday evening',
];
const SETTINGS = [
  '',
  '&temperature=0.05',
  '&temperature=20',
  '&content=0&words=0',
  '&title=100',
  '&hops=0',
  '&words=0.3&folder=en',
];

describe.each(['en', 'ko'] as const)('in %s', (lang) => {
  test.each(QUERIES)('the weights can be recomputed from the printed numbers: %s', async (q) => {
    for (const settings of lang === 'en' ? SETTINGS : ['']) {
      const search = `q=${encodeURIComponent(q)}&limit=3${settings}`;
      const { results, attention } = (await server.ask(`/api/search?${search}`)).json() as SearchResponse;
      const maths = await mathsOf(`/?${search}&lang=${lang}&why=Jet+lag`);
      expect(maths.length).toBeGreaterThanOrEqual(results.length);
      const heads = Object.keys(attention.heads).length;
      const weights = maths.map((one) => recompute(one, heads, lang));
      for (const [i, { weight }] of results.entries()) expect((weights[i] ?? 0) / weight).toBeCloseTo(1, 1);
      const listed = results.reduce((sum, { weight }) => sum + weight, 0);
      const parts = maths[0]?.tables[0]?.at(-1)?.parts[1]?.split(' + ').map(Number) ?? [];
      [listed, attention.remainder, attention.nothing.weight].forEach((weight, i) => {
        expect(parts[i]).toBeCloseTo(weight, 4);
      });
    }
  });
});

test('symbols are explained by name, with their values', async () => {
  const [first] = await mathsOf('/?q=how+softmax+turns+scores+into+weights&lang=en');
  const { explained, heads } = engine.calibration;
  const { query } = engine.search('how softmax turns scores into weights');
  expect(first?.notes).toMatch(
    /^ℓ = κ · Σ a · s \+ b \+ βx − ln N\nw = exp\(ℓ ÷ T\) ÷ \(1 \+ Σⱼ exp\(ℓⱼ ÷ T\)\)\n/,
  );
  expect(first?.notes).toMatch(/\nL = 0\.\d{4}: /);
  expect(Number(/^x = ([\d.]*\d)/m.exec(first?.notes ?? '')?.[1])).toBeCloseTo(query.explained, 5);
  const rows = first?.tables[0] ?? [];
  expect(rows.find(({ parts }) => parts[0]?.includes('βx'))?.parts[1]).toContain(String(explained.bias));
  Object.values(heads).forEach((a, i) => {
    expect(rows[i]?.parts[1]?.endsWith(` × ${a}`)).toBe(true);
  });
});

test('the fitted numbers are printed as fitted, and what the caller changed beside them', async () => {
  const { explained, heads, textbook } = engine.calibration;
  const factorsOf = ({ tables }: Maths, name: string) =>
    tables[0]?.find(({ parts }) => parts[0]?.includes(name))?.parts[1]?.split(' × ');
  const [half] = await mathsOf('/?q=how+softmax+turns+scores+into+weights&lang=en&words=0.5');
  if (!half) throw new Error('Expected a result.');
  const { title = 0, content = 0, words = 0, feedback = 0 } = heads;
  const share = (title + content + words / 2 + feedback) / (title + content + words + feedback);
  const [beta, on] = factorsOf(half, 'βx') ?? [];
  expect(beta).toBe(String(explained.bias));
  expect(Number(on)).toBeCloseTo(share, 4);
  expect(half.notes).toContain(`Σ a · min(1, m) ÷ Σ a = ${on},`);
  expect(half.notes).toMatch(/^ℓ = κ · Σ m · a · s \+ b/);
  expect(factorsOf(half, 'words')?.slice(1)).toEqual([String(words), '0.5']);
  expect(factorsOf(half, 'title')?.slice(1)).toEqual([String(title)]);
  const [alone] = await mathsOf('/?q=how+softmax+turns+scores+into+weights&lang=en&content=0&words=0');
  if (!alone) throw new Error('Expected a result.');
  expect(factorsOf(alone, 'title')?.[1]).toBe(String(textbook.heads.title));
  expect(factorsOf(alone, 'βx')?.[0]).toBe(String(textbook.explained.bias));
  expect(alone.notes).toContain('For titles alone, b, a, β');
  expect(alone.notes).not.toContain('m: ');
});

test('a tiny number is written with a power of ten', () => {
  expect(
    [8.87e-4, -1.5e-12, 250_000, 0.05, 0].map((one) => significant(one).replaceAll('\u00a0', ' ')),
  ).toEqual(['8.87 × 10⁻⁴', '−1.50 × 10⁻¹²', '2.50 × 10⁵', '0.05000', '0']);
});

test('a sum of weights has a tick only if it is 1', () => {
  expect(total(0.5, 0.3, 0.2).sum).toBe('1.0000 ✓');
  expect(total(0.5, 0.3, 0.20001).sum).toBe('1.0000');
  expect(total(0.5, 0.3, 0.1)).toEqual({ parts: '0.5000 + 0.3000 + 0.1000', sum: '0.9000' });
});
