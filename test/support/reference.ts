import type { Bm25Parameters } from '../../lib/lexical/bm25.ts';
/**
 * Slow, obvious versions of what lib/ computes fast. They import nothing of the code under test but a
 * type.
 */

/**
 * softmax([0, …logits] / T) without protection from overflow: for moderate values only. weights[0] is the
 * null key's.
 */
export function naiveSoftmax(logits: readonly number[], temperature: number): number[] {
  const exponentials = [0, ...logits].map((logit) => Math.exp(logit / temperature));
  const total = exponentials.reduce((sum, value) => sum + value, 0);
  return exponentials.map((value) => value / total);
}

/** H = −Σ w ln w, with 0 · ln 0 = 0. */
export function naiveEntropy(weights: readonly number[]): number {
  return -weights.reduce((sum, weight) => sum + (weight > 0 ? weight * Math.log(weight) : 0), 0);
}

/** Indices of the k largest values, descending; of equal values the smaller index first. */
export function naiveTopK(values: readonly number[], k: number): number[] {
  return values
    .map((value, index) => ({ value, index }))
    .sort((a, b) => b.value - a.value || a.index - b.index)
    .slice(0, k)
    .map(({ index }) => index);
}

export type Dense = readonly (readonly number[])[];

export function multiplyDense(a: Dense, b: Dense): number[][] {
  return a.map((row) =>
    (b[0] ?? []).map((_, j) => row.reduce((sum, value, k) => sum + value * b[k]![j]!, 0)),
  );
}

export function transpose(a: Dense): number[][] {
  return (a[0] ?? []).map((_, j) => a.map((row) => row[j]!));
}

/** ‖A − B‖ in the Frobenius norm. */
export function distance(a: Dense, b: Dense): number {
  let square = 0;
  a.forEach((row, i) => {
    row.forEach((value, j) => {
      square += (value - b[i]![j]!) ** 2;
    });
  });
  return Math.sqrt(square);
}

/**
 * All singular values of a dense matrix, descending, by one-sided Jacobi (Hestenes 1958): rotates columns
 * pairwise until all are orthogonal; their norms are the singular values.
 */
export function naiveSingularValues(a: Dense): number[] {
  const columns = transpose(a);
  const inner = (x: readonly number[], y: readonly number[]) => x.reduce((sum, v, i) => sum + v * y[i]!, 0);
  for (let sweep = 0; sweep < 40; sweep++) {
    for (let p = 0; p < columns.length; p++) {
      for (let q = p + 1; q < columns.length; q++) {
        const [x, y] = [columns[p]!, columns[q]!];
        const cross = inner(x, y);
        if (Math.abs(cross) < 1e-300) continue;
        const angle = 0.5 * Math.atan2(2 * cross, inner(x, x) - inner(y, y));
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        columns[p] = x.map((value, i) => c * value + s * y[i]!);
        columns[q] = x.map((value, i) => c * y[i]! - s * value);
      }
    }
  }
  return columns.map((column) => Math.sqrt(inner(column, column))).sort((x, y) => y - x);
}

/** A document as lists of terms. */
export interface TermDocument {
  readonly title: readonly string[];
  readonly content: readonly string[];
}

/** BM25 as a share of the most that the query could earn, straight from the formula with maps. */
export function naiveBm25Share(
  documents: readonly TermDocument[],
  query: readonly string[],
  { titleWeight, k1, b, leastPivot }: Bm25Parameters & { titleWeight: number },
): number[] {
  const bags = documents.map(({ title, content }) => {
    const bag = new Map<string, number>();
    for (const term of title) bag.set(term, (bag.get(term) ?? 0) + titleWeight);
    for (const term of content) bag.set(term, (bag.get(term) ?? 0) + 1);
    return bag;
  });
  const lengths = bags.map((bag) => [...bag.values()].reduce((sum, count) => sum + count, 0));
  const pivot = Math.max(leastPivot, lengths.reduce((sum, length) => sum + length, 0) / documents.length);
  const idf = (term: string) => {
    const n = bags.filter((bag) => bag.has(term)).length;
    return Math.log(1 + (documents.length - n + 0.5) / (n + 0.5));
  };
  const most = query.reduce((sum, term) => sum + idf(term) * (k1 + 1), 0);
  return bags.map((bag, d) => {
    const earned = query.reduce((sum, term) => {
      const tf = bag.get(term) ?? 0;
      return sum + (idf(term) * tf * (k1 + 1)) / (tf + k1 * (1 - b + (b * lengths[d]!) / pivot) || 1);
    }, 0);
    return most > 0 ? earned / most : 0;
  });
}

/** Cosine of two vectors; 0 where one has length 0. */
export function naiveCosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [product, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    product += a[i]! * b[i]!;
    aa += a[i]! ** 2;
    bb += b[i]! ** 2;
  }
  return aa > 0 && bb > 0 ? product / Math.sqrt(aa * bb) : 0;
}
