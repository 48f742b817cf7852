// What terms add to the scores of documents. Its twin in plain TypeScript is ../term-sum.ts.

// Where what has to be known is, f64 each (the layout of ../../attention/look.ts).
const SCORES = 0; // address of f64, one for each document
const DOCUMENTS = 8; // address of an i32 for each posting, ascending within a term
const COUNTS = 16; // address of an f32 for each posting
const LENGTHS = 24; // address of an f32 for each document
const FLAT = 32;
const SLOPE = 40;
const TERMS = 48; // address of first posting, end and factor of each term, f64 each
const TERMS_END = 56;

/** Scores of documents from … to − 1: min(1, Σ factor · tf / (tf + flat + slope · |d|)), term after term. */
export function scoreTerms(words: usize, from: u32, to: u32): void {
  const scores = <usize>load<f64>(words, SCORES);
  const documents = <usize>load<f64>(words, DOCUMENTS);
  const counts = <usize>load<f64>(words, COUNTS);
  const lengths = <usize>load<f64>(words, LENGTHS);
  const flat = load<f64>(words, FLAT);
  const slope = load<f64>(words, SLOPE);
  const last = <usize>load<f64>(words, TERMS_END);
  memory.fill(scores + 8 * from, 0, 8 * (to - from));
  for (let term = <usize>load<f64>(words, TERMS); term < last; term += 24) {
    const end = <u32>load<f64>(term, 8);
    const factor = load<f64>(term, 16);
    for (let k = firstFrom(documents, <u32>load<f64>(term), end, from); k < end; k++) {
      const document = load<u32>(documents + 4 * k);
      if (document >= to) break;
      const tf = <f64>load<f32>(counts + 4 * k);
      const at = scores + 8 * document;
      const share = (factor * tf) / (tf + flat + slope * <f64>load<f32>(lengths + 4 * document));
      store<f64>(at, min(1.0, load<f64>(at) + share));
    }
  }
}

/** The first of postings k … end − 1 whose document is not below `least`; `end` where all are. */
function firstFrom(documents: usize, k: u32, end: u32, least: u32): u32 {
  while (k < end) {
    const middle = (k + end) >> 1;
    if (load<u32>(documents + 4 * middle) < least) k = middle + 1;
    else end = middle;
  }
  return k;
}
