import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ForwardIndex } from '../../lib/lexical/postings.ts';
import {
  countTitleTerms,
  fillTitleTerms,
  overlapOf,
  type TitleTerms,
  titleShare,
} from '../../lib/lexical/title-terms.ts';
import { addCubes } from '../../lib/math/term-sum.ts';
import { forwardIndex, Vocabulary } from '../support/corpus.ts';

const weightOf = (term: number, count: number) => (1 + Math.log(count)) * (1 + term);

function titleTermsOf(forward: ForwardIndex): TitleTerms {
  const entries = countTitleTerms(forward);
  const made = {
    offsets: new Int32Array(forward.termCount + 1),
    documentIds: new Int32Array(entries),
    shares: new Float32Array(entries),
  };
  fillTitleTerms(forward, weightOf, made);
  return made;
}

/** A text's term vector at length 1, as weighed above. */
function vectorOf(words: readonly string[], vocabulary: Vocabulary): Map<number, number> {
  const counts = new Map<number, number>();
  for (const word of words) {
    const id = vocabulary.idOf(word);
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  const length = Math.hypot(...Array.from(counts, ([id, count]) => weightOf(id, count)));
  return new Map(Array.from(counts, ([id, count]) => [id, weightOf(id, count) / length]));
}

const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 5 });

test('the overlap with a title is the cosine of the term vectors times the factor, and its cube is added', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ title: words, content: words }), { maxLength: 8 }),
      words,
      (documents, asked) => {
        const vocabulary = new Vocabulary();
        const titles = titleTermsOf(forwardIndex(documents, vocabulary));
        const query = Array.from(vectorOf(asked, vocabulary), ([id, share]) => ({ id, share }));
        const out = new Float32Array(documents.length);
        addCubes(overlapOf(titles, query, 0.5), out);
        documents.forEach(({ title }, i) => {
          const vector = vectorOf(title, vocabulary);
          const cosine = query.reduce((sum, { id, share }) => sum + share * (vector.get(id) ?? 0), 0);
          expect(out[i]).toBeCloseTo((0.5 * cosine) ** 3, 6);
          for (const { id } of query) expect(titleShare(titles, id, i)).toBeCloseTo(vector.get(id) ?? 0, 6);
        });
      },
    ),
  );
});

test('a term that no document has, or that was added later, overlaps with no title', () => {
  const titles = titleTermsOf(forwardIndex([{ title: ['a'], content: [] }], new Vocabulary()));
  const out = new Float32Array(1);
  for (const id of [-1, 1, 99]) {
    addCubes(overlapOf(titles, [{ id, share: 1 }], 1), out);
    expect(titleShare(titles, id, 0)).toBe(0);
  }
  expect(out[0]).toBe(0);
});
