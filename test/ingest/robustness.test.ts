import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { READERS } from '../../lib/ingest/read.ts';
import { ReadError } from '../../lib/ingest/reader.ts';
import { pdfBytes } from './pdf-bytes.ts';
import { bytesOf, readAll } from './support.ts';

const EXTENSIONS = [...READERS.keys()];
/** Over 10,000 files with QKV_SLOW. */
const TIMES = process.env.QKV_SLOW ? 4 : 1;

/** Expects a refusal with a reason, or documents fit for the index; an empty file gives none, and one warning. */
async function expectSound(extension: string, content: string | Uint8Array): Promise<void> {
  const { documents, warnings } = await readAll(`이름${extension}`, content).catch((error: unknown) => {
    expect(error).toBeInstanceOf(ReadError);
    expect((error as ReadError).reason).not.toBe('');
    return { documents: null, warnings: [] };
  });
  if (!documents) return;
  if (documents.length === 0) expect(warnings).toHaveLength(1);
  expect(new Set(documents.map(({ uri }) => uri)).size).toBe(documents.length);
  for (const { title, content: text, tags = [], links = [], aliases = [] } of documents) {
    expect(title + text).not.toBe('');
    expect(title.length).toBeLessThanOrEqual(201);
    for (const value of [title, text, ...tags, ...links, ...aliases]) {
      expect(value).not.toContain('\0');
      expect(value).toBe(value.normalize('NFC'));
      expect(value).not.toMatch(/\p{Surrogate}/u);
    }
  }
}

/** Fragments that are syntax to one reader or another. */
const MARKUP = [
  '# ',
  '\n',
  '\n\n',
  '- ',
  '> ',
  '[[',
  ']]',
  '![[',
  '|',
  '---\n',
  'title: ',
  '%%',
  '==',
  '$',
  '$$',
  '[^1]',
  '[!note]',
  '`',
  '```\n',
  '<div>',
  '</p>',
  '<script>',
  '<!--',
  '-->',
  '<h1>',
  '<td>',
  '<main>',
  '&amp;',
  '&#0;',
  '{',
  '}',
  '[',
  ']',
  '"',
  ':',
  ',',
  ';',
  '"title"',
  '"text"',
  'title,text\n',
  '\\',
  '\\u0000',
  '가',
  '한글',
  'é',
  '\ud83d\ude00',
  '*',
  '**',
  '_',
  '#tag',
  '1. ',
  '\t',
  '    ',
  '](',
  '.md)',
  '\r\n',
  '%PDF-1.4\n',
  'obj',
  '\u0000',
  '\ufeff',
];

describe('every reader', () => {
  test.each(EXTENSIONS)('%s takes any bytes or refuses them with a reason', async (extension) => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), (bytes) => expectSound(extension, bytes)),
      { numRuns: TIMES * (extension === '.pdf' ? 20 : 60) },
    );
  });

  test.each(EXTENSIONS)('%s takes any text or refuses it with a reason', async (extension) => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.string({ unit: 'grapheme', maxLength: 200 }),
    );
    await fc.assert(
      fc.asyncProperty(text, (content) => expectSound(extension, content)),
      { numRuns: TIMES * (extension === '.pdf' ? 20 : 60) },
    );
  });

  test.each(EXTENSIONS)('%s takes any jumble of mark-up or refuses it with a reason', async (extension) => {
    const jumble = fc.array(fc.constantFrom(...MARKUP), { maxLength: 60 }).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(jumble, (content) => expectSound(extension, content)),
      { numRuns: TIMES * (extension === '.pdf' ? 20 : 150) },
    );
  });

  test('a damaged PDF is read or refused with a reason', async () => {
    const whole = pdfBytes({ pages: [['Some text'], ['more of it']], title: 'A title' });
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), {
      maxLength: 8,
    });
    const damaged = damage.map((changes) => {
      const bytes = whole.slice();
      for (const [at, byte] of changes) bytes[at] = byte;
      return bytes;
    });
    await fc.assert(
      fc.asyncProperty(damaged, (bytes) => expectSound('.pdf', bytes)),
      { numRuns: TIMES * 100 },
    );
  });

  test('JSON of any shape is read or refused with a reason', async () => {
    const keys = fc.constantFrom('title', 'text', 'id', 'tags', 'date', 'items', '__proto__', 'x');
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string(),
        fc.double(),
        fc.constant(null),
        fc.array(tie('value')),
        fc.dictionary(keys, tie('value')),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(value, (json) => expectSound('.json', JSON.stringify(json))),
      { numRuns: TIMES * 300 },
    );
  });
});

describe('hostile Markdown is read in linear time', () => {
  // Each takes minutes or overflows the stack where a rule is quadratic or recursive.
  test.each<[string, string]>([
    ['ten thousand nested quotes', `${'>'.repeat(10_000)} x`],
    ['ten thousand nested lists', `${'- '.repeat(10_000)}x`],
    ['a line of a megabyte', 'word '.repeat(200_000)],
    ['a megabyte of spaces', `${' '.repeat(1_000_000)}x`],
    ['brackets that never close', '['.repeat(100_000)],
    ['wikilinks that never close', '[[a|'.repeat(25_000)],
    ['embeds that never close', '![['.repeat(30_000)],
    ['emphasis that never closes', '*a _b '.repeat(20_000)],
    ['code that never closes', Array.from({ length: 400 }, (_, i) => '`'.repeat(i + 1)).join(' ')],
    ['comments that never close', `%%a\n\n${'b %\n\n'.repeat(20_000)}`],
    [
      'comments in nested quotes that never close',
      `${'> '.repeat(90)}%%\n${`${'> '.repeat(90)}a\n`.repeat(300)}`,
    ],
    ['mathematics that never closes', '$a '.repeat(30_000)],
    ['deeply nested formulas', `$${'x^{'.repeat(240)}y${'}'.repeat(240)}$ `.repeat(1000)],
    [
      'a formula whose definitions multiply its size',
      `$$\\providecommand{\\a}[1]{${'#1'.repeat(250)}}\\providecommand{\\b}{\\a{${'x'.repeat(250)}}}${'\\b'.repeat(480)}$$`,
    ],
    ['formulas full of definitions', `$\\def\\a{${'x'.repeat(300)}}${'\\a'.repeat(300)}$ `.repeat(1000)],
    ['fractions that never close', `$$\n${'\\frac{1}{'.repeat(100_000)}\n$$`],
    ['a heading of braces that never close', `# ${'{'.repeat(200_000)}`],
    ['a heading of template placeholders that never close', `# ${'<%'.repeat(100_000)}`],
    ['highlights that never close', '==a '.repeat(30_000)],
    ['footnotes that never close', '[^'.repeat(50_000)],
    ['tags within tags', '#a/'.repeat(30_000)],
    ['HTML that never closes', '<a <!-- <'.repeat(10_000)],
    ['fifty thousand nested HTML tags', '<div>'.repeat(50_000)],
    ['front matter with ten thousand aliases', `---\na: &a x\nb: [${'*a,'.repeat(10_000)}]\n---\ntext`],
  ])('%s', async (_, markdown) => {
    await expectSound('.md', bytesOf(markdown));
  });

  // One such note took 4 s when each error was reported with the lines around it.
  test('front matter with twenty thousand errors, five times', async () => {
    const note = `---\ntitle: x\na: ${'{a}'.repeat(20_000)}\n---\ntext`;
    for (let i = 0; i < 5; i++) {
      const { documents, warnings } = await readAll('x.md', note);
      expect(documents[0]).toMatchObject({ title: 'x', content: 'text' });
      expect(warnings[0]).toContain('malformed front matter (line 3, ');
    }
  }, 12_000);

  test('text nested deeper than the parser descends is kept', async () => {
    const { documents } = await readAll('x.md', `${'> '.repeat(500)}needle`);
    expect(documents[0]?.content).toContain('needle');
  });
});
