import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PASSAGE_SIZE, passages } from '../../lib/text/passages.ts';

function cut(text: string): string[] {
  return passages(text).map(([start, end]) => text.slice(start, end));
}

/** A sentence of exactly `letters` letters, the full stop included. */
function sentence(letters: number, letter = 'a'): string {
  return `${letter.repeat(letters - 1)}.`;
}

describe('passages', () => {
  test('a short content is one passage, without surrounding white space', () => {
    expect(cut('  One sentence. And another!\n\nA paragraph.\n ')).toEqual([
      'One sentence. And another!\n\nA paragraph.',
    ]);
  });

  test('an empty or blank content has no passages', () => {
    for (const text of ['', '   ', '\n\n\t']) expect(passages(text)).toEqual([]);
  });

  test('whole sentences are packed until the next would exceed the size', () => {
    const text = Array.from({ length: 7 }, () => sentence(PASSAGE_SIZE / 3)).join(' ');
    expect(cut(text).map((passage) => passage.length)).toEqual([1502, 1502, 500]); // 3, 3 and 1 with spaces between
  });

  test('the end of a paragraph ends a passage that is more than half full, but not a shorter one', () => {
    const [long, short] = [sentence(PASSAGE_SIZE / 2 + 1), sentence(PASSAGE_SIZE / 2 - 1)];
    const next = sentence(PASSAGE_SIZE / 6);
    expect(cut(`${long}\n\n${next}`)).toEqual([long, next]);
    expect(cut(`${long}\r\n\r\n${next}`)).toEqual([long, next]);
    expect(cut(`${short}\n\n${next}`)).toHaveLength(1);
    expect(cut(`${long}\n${next}`)).toHaveLength(1);
  });

  test('a short last paragraph joins the passage before, unless that is one very long sentence', () => {
    const long = sentence(PASSAGE_SIZE / 2 + 1);
    expect(cut(`${long}\n\nSee also bread.`)).toEqual([`${long}\n\nSee also bread.`]);
    const endless = sentence(2 * PASSAGE_SIZE - 5);
    expect(cut(`${endless}\n\nSee also bread.`)).toEqual([endless, 'See also bread.']);
  });

  test('Hangul syllables and ideographs count as three letters', () => {
    const korean = Array.from({ length: 4 }, () => sentence(PASSAGE_SIZE / 6, '가')).join(' ');
    expect(cut(korean).map((passage) => passage.length)).toEqual([501, 501]);
  });

  test('a very long sentence is cut at a space', () => {
    const words = 'word '.repeat(2000).trim();
    const found = cut(words);
    expect(found.length).toBeGreaterThan(2);
    for (const passage of found) {
      expect(passage.length).toBeLessThanOrEqual(2 * PASSAGE_SIZE);
      expect(passage).toMatch(/^word.*word$/s);
    }
  });

  test('Chinese without full stops is cut as short as Chinese with them', () => {
    for (const passage of cut('注'.repeat(5000)))
      expect(passage.length).toBeLessThanOrEqual((2 * PASSAGE_SIZE) / 3);
  });

  test('a surrogate pair is never cut', () => {
    for (const lead of ['', 'x', 'xx']) {
      const found = cut(lead + '👍'.repeat(3000));
      expect(found.length).toBeGreaterThan(1);
      for (const passage of found) expect(passage).not.toMatch(/^[\udc00-\udfff]|[\ud800-\udbff]$/);
    }
  });

  test('a long run of white space makes no passage of its own', () => {
    for (const space of [' ', '\t', '\u3000']) {
      for (const passage of cut(`a${space.repeat(20_000)}b`)) expect(passage.trim()).not.toBe('');
    }
  });

  test('any text: passages are in order and disjoint, cover all but white space, and keep to the size', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        sentence(400),
        sentence(700, '가'),
        'word '.repeat(300),
        '\n\n',
        '\n',
        ' ',
        '👍'.repeat(900),
      ),
      fc.string({ unit: 'grapheme', maxLength: 30 }),
      fc.tuple(fc.constantFrom('x', '注', '👍', 'no. '), fc.nat({ max: 5000 })).map(([c, n]) => c.repeat(n)),
    );
    const text = fc.array(piece, { maxLength: 8 }).map((list) => list.join(''));
    fc.assert(
      fc.property(text, (content) => {
        let last = 0;
        let outside = '';
        for (const [start, end] of passages(content)) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          const visible = content.slice(start, end).replace(/\s/g, '');
          const size = Array.from({ length: visible.length }, (_, i) =>
            visible.charCodeAt(i) >= 0x2e80 ? 3 : 1,
          );
          expect(size.reduce((sum: number, width) => sum + width, 0)).toBeLessThanOrEqual(2 * PASSAGE_SIZE);
          expect(/^[\udc00-\udfff]/.test(content.slice(start))).toBe(false);
          outside += content.slice(last, start);
          last = end;
        }
        expect((outside + content.slice(last)).trim()).toBe('');
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    ['letters', 'x'.repeat(1_000_000)],
    ['full stops', '. '.repeat(500_000)],
    ['blank lines', '\n'.repeat(1_000_000)],
    ['spaces between two letters', `a${' '.repeat(1_000_000)}b`],
    ['emoji', '👍'.repeat(500_000)],
  ])('a megabyte of %s is cut without a hang', (_, text) => {
    expect(passages(text).at(-1)?.[1] ?? 0).toBe(text.trimEnd().length);
  });
});
