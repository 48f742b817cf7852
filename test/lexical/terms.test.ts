import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Terms } from '../../lib/lexical/terms.ts';

/** Terms with ascending ids from 1 on, some of them left out. */
const entries = fc
  .tuple(
    fc.uniqueArray(fc.string({ minLength: 1, maxLength: 6, unit: 'binary' }), { maxLength: 80 }),
    fc.nat(),
  )
  .map(([terms, seed]) => {
    let id = 0;
    return terms.map((term, i): [string, number] => {
      id += 1 + ((seed >> (i % 20)) & 1);
      return [term, id];
    });
  });

function termsOf(list: readonly (readonly [string, number])[]): Terms {
  const arrays = {
    letters: new Uint16Array(list.reduce((sum, [term]) => sum + term.length, 0)),
    ends: new Int32Array((list.at(-1)?.[1] ?? 0) + 1),
    slots: new Int32Array(Terms.slotsFor(list.length)),
  };
  Terms.write(arrays, list);
  return new Terms(arrays);
}

test('terms in flat arrays behave as a Map does', () => {
  fc.assert(
    fc.property(entries, fc.string({ unit: 'binary' }), (list, other) => {
      const map = new Map(list);
      const terms = termsOf(list);
      expect(terms.count()).toBe(map.size);
      for (const [text, id] of list) expect(terms.text(id)).toBe(text);
      for (const word of [...map.keys(), other, '', `${list[0]?.[0]}x`])
        expect(terms.get(word)).toBe(map.get(word));
    }),
    { numRuns: 300 },
  );
});

test('words of any script are read back unchanged', () => {
  const list: [string, number][] = [
    ['어텐', 1],
    ['텐션', 2],
    ['naïve', 4],
    ['𝛼𝛽', 9],
  ];
  for (const [text, id] of list) expect(termsOf(list).text(id)).toBe(text);
  expect(termsOf(list).get('텐션')).toBe(2);
  expect(termsOf(list).get('텐')).toBeUndefined();
});

test('a table has at least twice as many slots as terms, so that every lookup ends at an empty one', () => {
  for (const count of [0, 1, 2, 3, 7, 8, 9, 1000]) {
    const slots = Terms.slotsFor(count);
    expect(slots).toBeGreaterThanOrEqual(2 * count);
    expect(slots & (slots - 1)).toBe(0);
    expect(slots).toBeGreaterThan(count);
  }
});
