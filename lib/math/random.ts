/**
 * A seeded stream of uniform numbers in [0, 1): mulberry32, 32 bits of state.
 * Good enough for random sketches and sampling, and the same on every machine.
 */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296;
  };
}

/** A stream of standard normal numbers made from a uniform one (Box & Muller 1958). */
export function gaussian(uniform: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/**
 * `count` distinct integers in [0, population), ascending, by reservoir sampling (Vitter 1985, algorithm R).
 * All of them when `count` ≥ `population`.
 */
export function sampleIndices(population: number, count: number, uniform: () => number): Int32Array {
  const size = Math.min(count, population);
  const chosen = new Int32Array(size);
  for (let i = 0; i < size; i++) chosen[i] = i;
  for (let i = size; i < population; i++) {
    const slot = Math.floor(uniform() * (i + 1));
    if (slot < size) chosen[slot] = i;
  }
  return chosen.sort();
}
