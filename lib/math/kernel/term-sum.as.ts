// Sums over the terms of a query. The same in plain TypeScript, bit-identical: ../term-sum.ts.

// Byte offsets in the parameters of `scoreTerms`, f64 each, as ../../attention/look.ts writes them.
const SCORES = 0; // address of f32, one for each document
const DOCUMENTS = 8; // address of an i32 for each posting, ascending within a term
const COUNTS = 16; // address of an f32 for each posting
const LENGTHS = 24; // address of an f32 for each document
const FLAT = 32;
const SLOPE = 40;
const TERMS = 48; // address of first posting, end and factor of each term, f64 each
const TERMS_END = 56;

/**
 * Scores of documents from … to − 1, term by term: min(1, Σ factor · tf / (tf + flat + slope · |d|)). See `addTerms`.
 *
 * @param sums address of a buffer with an f64 for each document
 */
export function scoreTerms(words: usize, sums: usize, from: u32, to: u32): void {
  const scores = <usize>load<f64>(words, SCORES);
  const documents = <usize>load<f64>(words, DOCUMENTS);
  const counts = <usize>load<f64>(words, COUNTS);
  const lengths = <usize>load<f64>(words, LENGTHS);
  const flat = load<f64>(words, FLAT);
  const slope = load<f64>(words, SLOPE);
  const last = <usize>load<f64>(words, TERMS_END);
  memory.fill(sums + 8 * from, 0, 8 * (to - from));
  for (let term = <usize>load<f64>(words, TERMS); term < last; term += 24) {
    const end = <u32>load<f64>(term, 8);
    const factor = load<f64>(term, 16);
    for (let k = firstFrom(documents, <u32>load<f64>(term), end, from); k < end; k++) {
      const document = load<u32>(documents + 4 * k);
      if (document >= to) break;
      const tf = <f64>load<f32>(counts + 4 * k);
      const at = sums + 8 * document;
      const share = (factor * tf) / (tf + flat + slope * <f64>load<f32>(lengths + 4 * document));
      store<f64>(at, min(1.0, load<f64>(at) + share));
    }
  }
  for (let i = from; i < to; i++) store<f32>(scores + 4 * i, <f32>load<f64>(sums + 8 * i));
}

// Byte offsets in the parameters of `addCubes`, likewise.
const TITLES = 0; // address of an i32 for each posting, ascending within a term
const SHARES = 8; // address of an f32 for each posting
const PARTS = 16; // address of first posting, end and factor of each term, f64 each
const PARTS_END = 24;

/** Adds (Σ factor · share)³ to the scores of documents from … to − 1. @param sums address of a buffer with an f64 for each document */
export function addCubes(overlap: usize, sums: usize, scores: usize, from: u32, to: u32): void {
  const documents = <usize>load<f64>(overlap, TITLES);
  const shares = <usize>load<f64>(overlap, SHARES);
  const first = <usize>load<f64>(overlap, PARTS);
  const last = <usize>load<f64>(overlap, PARTS_END);
  memory.fill(sums + 8 * from, 0, 8 * (to - from));
  for (let term = first; term < last; term += 24) {
    const end = <u32>load<f64>(term, 8);
    const factor = load<f64>(term, 16);
    for (let k = firstFrom(documents, <u32>load<f64>(term), end, from); k < end; k++) {
      const document = load<u32>(documents + 4 * k);
      if (document >= to) break;
      const at = sums + 8 * document;
      store<f64>(at, load<f64>(at) + factor * <f64>load<f32>(shares + 4 * k));
    }
  }
  // A document with several terms gets its cube at the first of them; its sum is then 0, and later ones add nothing.
  for (let term = first; term < last; term += 24) {
    const end = <u32>load<f64>(term, 8);
    for (let k = firstFrom(documents, <u32>load<f64>(term), end, from); k < end; k++) {
      const document = load<u32>(documents + 4 * k);
      if (document >= to) break;
      const sum = load<f64>(sums + 8 * document);
      store<f64>(sums + 8 * document, 0);
      const at = scores + 4 * document;
      store<f32>(at, <f32>bounded(<f64>load<f32>(at) + sum * sum * sum));
    }
  }
}

/** Clamps to [−1, 1]: with float32 norms, the cosine of a key with itself can come out as 1 + 6e-8. */
// @ts-expect-error: AssemblyScript decorator
@inline
export function bounded(cosine: f64): f64 {
  return select<f64>(1, select<f64>(-1, cosine, cosine < -1), cosine > 1);
}

/** `bounded` for two lanes. */
// @ts-expect-error: AssemblyScript decorator
@inline
export function bothBounded(cosines: v128): v128 {
  return f64x2.pmin(f64x2.splat(1), f64x2.pmax(f64x2.splat(-1), cosines));
}

/** Binary search: the first of the postings k … end − 1 whose document is at least `least`; `end` when there is none. */
function firstFrom(documents: usize, k: u32, end: u32, least: u32): u32 {
  while (k < end) {
    const middle = (k + end) >> 1;
    if (load<u32>(documents + 4 * middle) < least) k = middle + 1;
    else end = middle;
  }
  return k;
}
