// One look at all documents, block by block: scores, logits and what the softmax needs of them in
// one pass. Its twin in plain TypeScript is ../../attention/attend.ts, step by step.
import { dotRows } from './dot.as';

/** Documents of a block: their scores stay in the nearest cache until they are weighed. */
const BLOCK: u32 = 1024;
/** Documents whose largest logit is kept: among those the strongest are looked for. */
const PEAK: u32 = 64;
/** Bytes of what is written down for a block. */
const SUMMARY: usize = 32;

// Where a look's numbers are, f64 each (the layout of ../../attention/look.ts).
const DOCUMENTS = 0;
const STRIDE = 8;
const SCANS = 16;
const SCORES = 32; // address of the scores of four heads, f64, each from an even place
const LOGITS = 40; // address of documents f64
const BIAS = 48;
const TEMPERATURE = 56; // 0: no softmax is wanted
const MASK = 64; // address of documents bytes, or 0
const SUMMARIES = 72;
const PEAKS = 88;
const COEFFICIENTS = 128; // 4
const EVIDENCE = 192; // 4
const SCAN = 256; // each: query, keys, norms, offsets or 0, factor, scores, and room for an int32 of each row
const SCAN_SIZE = 64;

// How threads share a look, int32 each.
const TURN = 0; // changes when there is work
const NEXT = 4; // the first block nobody has taken
const BLOCKS = 8;
const DONE = 12;
const STOP = 16;

/** Takes blocks until there are none left. */
export function work(look: usize, control: usize): void {
  for (;;) {
    const block = atomic.add<i32>(control + NEXT, 1);
    if (block >= atomic.load<i32>(control + BLOCKS)) return;
    lookAt(look, block);
    atomic.add<i32>(control + DONE, 1);
  }
}

/** The life of a second thread: works whenever there is a new turn, until it is told to stop. */
export function serve(look: usize, control: usize): void {
  for (;;) {
    const turn = atomic.load<i32>(control + TURN);
    if (atomic.load<i32>(control + STOP) != 0) return;
    work(look, control);
    atomic.notify(control + DONE, 1);
    atomic.wait<i32>(control + TURN, turn, -1);
  }
}

/** Looks at the documents of one block. */
export function lookAt(look: usize, block: u32): void {
  const from = block * BLOCK;
  const to = min(from + BLOCK, <u32>load<f64>(look, DOCUMENTS));
  const scans = <u32>load<f64>(look, SCANS);
  for (let s: u32 = 0; s < scans; s++) scan(look, look + SCAN + s * SCAN_SIZE, from, to);
  const summary = <usize>load<f64>(look, SUMMARIES) + <usize>block * SUMMARY;
  weigh(look, from, to, summary);
  if (load<f64>(look, TEMPERATURE) > 0) summarize(look, from, to, summary);
}

/** Cosines of one query with the keys of documents; the largest where a document has several. */
function scan(look: usize, scan: usize, from: u32, to: u32): void {
  const keys = <usize>load<f64>(scan, 8);
  const norms = <usize>load<f64>(scan, 16);
  const offsets = <usize>load<f64>(scan, 24);
  const factor = load<f64>(scan, 32);
  const scores = <usize>load<f64>(scan, 40);
  const stride = <u32>load<f64>(look, STRIDE);
  const dots = <usize>load<f64>(scan, 48);
  // A query without direction is near to nothing.
  if (factor == 0) {
    memory.fill(scores + 8 * from, 0, 8 * (to - from));
    return;
  }
  let row = offsets == 0 ? from : load<u32>(offsets + 4 * from);
  const last = offsets == 0 ? to : load<u32>(offsets + 4 * to);
  dotRows(<usize>load<f64>(scan), keys + <usize>row * stride, last - row, stride, dots + 4 * row);
  for (let i = from; i < to; i++) {
    const end = offsets == 0 ? i + 1 : load<u32>(offsets + 4 * i, 4);
    let best = -Infinity;
    for (; row < end; row++) {
      const score = <f64>load<i32>(dots + 4 * row) * <f64>load<f32>(norms + 4 * row);
      best = select(score, best, score > best);
    }
    // Without a passage there is nothing to be near to.
    store<f64>(scores + 8 * i, best == -Infinity ? <f64>0 : bounded(best * factor));
  }
}

/** Logits of documents, the largest of them, and the largest evidence. */
function weigh(look: usize, from: u32, to: u32, summary: usize): void {
  const n = <usize>load<f64>(look, DOCUMENTS);
  const logits = <usize>load<f64>(look, LOGITS);
  const mask = <usize>load<f64>(look, MASK);
  // Always four heads: one that is not wanted has the coefficient 0.
  const head: usize = 8 * ((n + 1) & ~1);
  const first = <usize>load<f64>(look, SCORES);
  const second = first + head;
  const third = second + head;
  const fourth = third + head;
  const bias = v128.load_splat<f64>(look, BIAS);
  const a = v128.load_splat<f64>(look, COEFFICIENTS);
  const b = v128.load_splat<f64>(look, COEFFICIENTS + 8);
  const c = v128.load_splat<f64>(look, COEFFICIENTS + 16);
  const d = v128.load_splat<f64>(look, COEFFICIENTS + 24);
  const e = v128.load_splat<f64>(look, EVIDENCE);
  const f = v128.load_splat<f64>(look, EVIDENCE + 8);
  const g = v128.load_splat<f64>(look, EVIDENCE + 16);
  const h = v128.load_splat<f64>(look, EVIDENCE + 24);
  const peaks = <usize>load<f64>(look, PEAKS);
  let most = -Infinity;
  let strongest = f64x2.splat(-Infinity);
  // Documents come in pairs; after the last of an odd number there is room for one more.
  for (let start: usize = from; start < to; start += PEAK) {
    const end = min<usize>(start + PEAK, to);
    let largest = f64x2.splat(-Infinity);
    for (let i = start; i < end; i += 2) {
      const at: usize = 8 * i;
      const s = v128.load(first + at);
      const t = v128.load(second + at);
      const u = v128.load(third + at);
      const v = v128.load(fourth + at);
      let logit = f64x2.add(f64x2.add(f64x2.add(f64x2.add(bias, f64x2.mul(a, s)), f64x2.mul(b, t)), f64x2.mul(c, u)), f64x2.mul(d, v));
      let evidence = f64x2.add(f64x2.add(f64x2.add(f64x2.mul(e, s), f64x2.mul(f, t)), f64x2.mul(g, u)), f64x2.mul(h, v));
      if (mask != 0 || i + 1 == n) {
        if (mask != 0 && load<u8>(mask + i) != 0) {
          logit = f64x2.replace_lane(logit, 0, -Infinity);
          evidence = f64x2.replace_lane(evidence, 0, -Infinity);
        }
        if (i + 1 == n || load<u8>(mask + i, 1) != 0) {
          logit = f64x2.replace_lane(logit, 1, -Infinity);
          evidence = f64x2.replace_lane(evidence, 1, -Infinity);
        }
      }
      v128.store(logits + at, logit);
      largest = f64x2.pmax(largest, logit);
      strongest = f64x2.pmax(strongest, evidence);
    }
    const peak = max(f64x2.extract_lane(largest, 0), f64x2.extract_lane(largest, 1));
    store<f64>(peaks + start / PEAK * 8, peak);
    most = max(most, peak);
  }
  store<f64>(summary, most);
  store<f64>(summary, max(f64x2.extract_lane(strongest, 0), f64x2.extract_lane(strongest, 1)), 8);
}

/** Σ e^(z − m) and Σ e^(z − m) · (z − m) of z = ℓ / T with the block's largest m: what blocks are put together from. */
function summarize(look: usize, from: u32, to: u32, summary: usize): void {
  const logits = <usize>load<f64>(look, LOGITS);
  const inverse = f64x2.splat(1 / load<f64>(look, TEMPERATURE));
  const peak = v128.load_splat<f64>(summary);
  let sum = f64x2.splat(0);
  let moment = sum;
  if (load<f64>(summary) > -Infinity) {
    for (let i: usize = from; i < to; i += 2) {
      // Far below the largest, e^x is 0 in effect; −∞ · 0 would be none.
      const x = f64x2.pmax(
        f64x2.splat(-700),
        f64x2.mul(f64x2.sub(v128.load(logits + 8 * i), peak), inverse),
      );
      const e = exp(x);
      sum = f64x2.add(sum, e);
      moment = f64x2.add(moment, f64x2.mul(e, x));
    }
  }
  store<f64>(summary, f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1), 16);
  store<f64>(summary, f64x2.extract_lane(moment, 0) + f64x2.extract_lane(moment, 1), 24);
}

/**
 * e^x for −700 ≤ x ≤ 0: x = n ln 2 + r with |r| ≤ ½ ln 2, and the series of e^r to r¹¹ / 11!, exact
 * to 10⁻¹⁴; in pairs (Estrin's scheme), so that no step waits for the one before.
 */
// @ts-expect-error: AssemblyScript decorator
@inline
function exp(x: v128): v128 {
  const n = f64x2.nearest(f64x2.mul(x, f64x2.splat(1.4426950408889634)));
  // ln 2 in two parts, of which n times the first is exact.
  const near = f64x2.sub(x, f64x2.mul(n, f64x2.splat(0.6931471803691238)));
  const r = f64x2.sub(near, f64x2.mul(n, f64x2.splat(1.9082149292705877e-10)));
  const r2 = f64x2.mul(r, r);
  const r4 = f64x2.mul(r2, r2);
  const low = plus(plus(line(1, 1, r), line(1.0 / 6, 0.5, r), r2), plus(line(1.0 / 120, 1.0 / 24, r), line(1.0 / 5040, 1.0 / 720, r), r2), r4);
  const high = plus(line(1.0 / 362880, 1.0 / 40320, r), line(1.0 / 39916800, 1.0 / 3628800, r), r2);
  const exponent = i64x2.add(i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(n)), i64x2.splat(1023));
  return f64x2.mul(plus(low, high, f64x2.mul(r4, r4)), i64x2.shl(exponent, 52));
}

/** a · r + b */
// @ts-expect-error: AssemblyScript decorator
@inline
function line(a: f64, b: f64, r: v128): v128 {
  return f64x2.add(f64x2.mul(f64x2.splat(a), r), f64x2.splat(b));
}

/** low + high · power */
// @ts-expect-error: AssemblyScript decorator
@inline
function plus(low: v128, high: v128, power: v128): v128 {
  return f64x2.add(low, f64x2.mul(high, power));
}

/** float32 norms let a key with itself reach 1 + 6e-8; a cosine never leaves [−1, 1]. */
// @ts-expect-error: AssemblyScript decorator
@inline
function bounded(cosine: f64): f64 {
  return select<f64>(1, select<f64>(-1, cosine, cosine < -1), cosine > 1);
}
