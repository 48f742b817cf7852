// One attention pass ("look") over all documents, block by block: scores, logits and the partial sums of the
// softmax in a single pass over the keys. ../../attention/plain-look.ts is the same step by step, in plain
// TypeScript: read that first.
import { CALL, makeCall } from './dense.as';
import { dotFour, dotRows, readAhead } from './dot.as';
import { sumExponentials } from './softmax.as';
import { addCubes, bothBounded, bounded, scoreTerms } from './term-sum.as';

/** Documents per block: few enough that their scores are still in a near cache when the logits are computed. */
const BLOCK: u32 = 1024;
/** Documents per recorded maximum of the logits; top-k skips the groups whose maximum is too small. */
const PEAK: u32 = 16;
/** Bytes of a block's summary: largest logit, unused, Σ e^x, Σ e^x · x; f64 each. */
const SUMMARY: usize = 32;

// Byte offsets in the parameter block of a look, f64 each. `AT` in ../../attention/look.ts is the same layout in
// units of f64: change both.
const DOCUMENTS = 0;
const STRIDE = 8;
const SCANS = 16;
const HEADS = 24;
const SCORES = 32; // address of the scores of all heads, f32; each head has room for N rounded up to a multiple of PEAK
const LOGITS = 40; // address of f64, as many as a head has scores; until then the buffer of sums
const BIAS = 48; // b − ln N
const INVERSE = 56; // 1 / T; 0 when no softmax is wanted
const MASK = 64; // address of N bytes; 0 without a mask
const SUMMARIES = 72; // address of a summary for each block
const IS_LATER = 80; // 1: not the first look of a query
const PEAKS = 88; // address of f64, one for each PEAK documents
const COEFFICIENTS = 128; // one for each head, at most 8
// At most two scans, each: address of query, keys, norms; address of offsets, or 0 when every document has one key;
// factor; address of scores; address of a buffer with an int32 for each row; whether to add cubes.
const SCAN = 256;
const SCAN_SIZE = 64;
const CONSTANTS = 384; // of ./softmax.as.ts
const TERMS = 512; // of ./term-sum.as.ts
const HAS_TERMS = 576; // 1: this look computes the scores of `words`
const OVERLAP = 584; // of ./term-sum.as.ts
const IS_AHEAD = 616; // 1: read the keys of a block ahead of multiplying them
const UNUSED = 624; // where the result of `readAhead` goes

// Byte offsets in the control block that the threads share, int32 each (../crew.ts has the same layout).
const TURN = 0; // incremented when there is work
const LEFT = 4; // untaken blocks; below 0 once a thread has found none
const DONE = 8; // finished blocks
const STOP = 12; // 1: the second thread is to end
const MORE = 16; // 1: more work follows at once
const ASLEEP = 20; // 1: the second thread has to be notified of a turn
const CALLS = 24; // 1: the blocks are calls of ./dense.as.ts, not parts of a look
/** Spins before a thread goes to sleep although more work was announced: about 0.4 ms. */
const SPINS = 400_000;

/** Takes and runs blocks until none is left. @param at address of a look's parameter block, or of a list of calls */
export function work(at: usize, control: usize): void {
  for (;;) {
    const left = atomic.sub<i32>(control + LEFT, 1) - 1;
    if (left < 0) return;
    if (atomic.load<i32>(control + CALLS) != 0) makeCall(at + <usize>left * CALL);
    else {
      const blocks = (<i32>load<f64>(at, DOCUMENTS) + BLOCK - 1) / BLOCK;
      // A later look goes through the blocks in reverse: the caches still hold what the look before read last.
      lookAt(at, load<f64>(at, IS_LATER) != 0 ? left : blocks - 1 - left);
    }
    atomic.add<i32>(control + DONE, 1);
  }
}

/** The main loop of the second thread: works at every new turn, until STOP is set. */
export function serve(at: usize, control: usize): void {
  for (;;) {
    const turn = atomic.load<i32>(control + TURN);
    if (atomic.load<i32>(control + STOP) != 0) return;
    work(at, control);
    atomic.notify(control + DONE, 1);
    // Spin between the looks of one query: waking up would take longer than that gap.
    if (atomic.load<i32>(control + MORE) != 0) {
      for (let i = 0; i < SPINS && atomic.load<i32>(control + TURN) == turn; i++) {}
    }
    if (atomic.load<i32>(control + TURN) != turn) continue; // do not claim to be asleep when work is waiting: a notification is slow
    atomic.store<i32>(control + ASLEEP, 1);
    atomic.wait<i32>(control + TURN, turn, -1);
    atomic.store<i32>(control + ASLEEP, 0);
  }
}

/** Runs one block of a look: scores, logits and the block's summary. */
export function lookAt(look: usize, block: u32): void {
  const from = block * BLOCK;
  const to = min(from + BLOCK, <u32>load<f64>(look, DOCUMENTS));
  const logits = <usize>load<f64>(look, LOGITS);
  // The logits are not computed yet, so their memory serves as a buffer for the sums. Likewise in `scan`.
  if (load<f64>(look, HAS_TERMS) != 0) scoreTerms(look + TERMS, logits, from, to);
  const scans = <u32>load<f64>(look, SCANS);
  for (let s: u32 = 0; s < scans; s++) scan(look, look + SCAN + s * SCAN_SIZE, from, to);
  const summary = <usize>load<f64>(look, SUMMARIES) + <usize>block * SUMMARY;
  weigh(look, from, to, summary);
  if (load<f64>(look, INVERSE) > 0) {
    sumExponentials(logits + 8 * from, logits + 8 * to, look + INVERSE, look + CONSTANTS, summary);
  }
}

/** The scores of one scan: each document's largest cosine with the query, plus the cubes if it has any. */
function scan(look: usize, scan: usize, from: u32, to: u32): void {
  const scores = <usize>load<f64>(scan, 40);
  if (load<f64>(look, IS_AHEAD) != 0) {
    const keys = <usize>load<f64>(scan, 8);
    const stride = <u32>load<f64>(look, STRIDE);
    const offsets = <usize>load<f64>(scan, 24);
    const first = offsets == 0 ? from : load<u32>(offsets + 4 * from);
    const last = offsets == 0 ? to : load<u32>(offsets + 4 * to);
    store<i32>(look + UNUSED, readAhead(keys + <usize>first * stride, keys + <usize>last * stride));
  }
  // A factor of 0 means a zero query, which scores 0 everywhere.
  if (load<f64>(scan, 32) == 0) memory.fill(scores + 4 * from, 0, 4 * (to - from));
  else if (load<f64>(scan, 24) == 0) oneEach(look, scan, from, to);
  else cosines(look, scan, from, to);
  if (load<f64>(scan, 56) != 0) addCubes(look + OVERLAP, <usize>load<f64>(look, LOGITS), scores, from, to);
}

/** The case that every document has exactly one key: no offsets are needed, and dot products stay in registers. */
function oneEach(look: usize, scan: usize, from: u32, to: u32): void {
  const query = <usize>load<f64>(scan);
  const stride = <u32>load<f64>(look, STRIDE);
  let keys = <usize>load<f64>(scan, 8) + <usize>from * stride;
  let norms = <usize>load<f64>(scan, 16) + 4 * from;
  let scores = <usize>load<f64>(scan, 40) + 4 * from;
  for (const end = scores + 4 * ((to - from) & ~3); scores < end; scores += 16) {
    fourCosines(dotFour(query, keys, stride), norms, scan, scores);
    keys += 4 * stride;
    norms += 16;
  }
  const rest = (to - from) & 3;
  const dots = <usize>load<f64>(scan, 48) + 4 * (to - rest);
  dotRows(query, keys, rest, stride, dots);
  for (let i: u32 = 0; i < rest; i++) {
    const cosine = <f64>load<i32>(dots + 4 * i) * <f64>load<f32>(norms + 4 * i) * load<f64>(scan, 32);
    store<f32>(scores + 4 * i, <f32>bounded(cosine));
  }
}

/** The general case: any number of keys for each document. */
function cosines(look: usize, scan: usize, from: u32, to: u32): void {
  const keys = <usize>load<f64>(scan, 8);
  const norms = <usize>load<f64>(scan, 16);
  const offsets = <usize>load<f64>(scan, 24);
  const factor = load<f64>(scan, 32);
  const scores = <usize>load<f64>(scan, 40);
  const stride = <u32>load<f64>(look, STRIDE);
  const dots = <usize>load<f64>(scan, 48);
  let row = load<u32>(offsets + 4 * from);
  dotRows(<usize>load<f64>(scan), keys + <usize>row * stride, load<u32>(offsets + 4 * to) - row, stride, dots + 4 * row);
  for (let i = from; i < to; i++) {
    if (i + 4 <= to && haveOneEach(offsets + 4 * i)) {
      fourCosines(v128.load(dots + 4 * row), norms + 4 * row, scan, scores + 4 * i);
      i += 3;
      row += 4;
      continue;
    }
    let best = -Infinity;
    for (const end = load<u32>(offsets + 4 * i, 4); row < end; row++) {
      const score = <f64>load<i32>(dots + 4 * row) * <f64>load<f32>(norms + 4 * row);
      best = select(score, best, score > best);
    }
    // A document without passages scores 0.
    store<f32>(scores + 4 * i, best == -Infinity ? <f32>0 : <f32>bounded(best * factor));
  }
}

/** Whether four consecutive documents have exactly one passage each. */
// @ts-expect-error: AssemblyScript decorator
@inline
function haveOneEach(offsets: usize): bool {
  return i32x4.all_true(i32x4.eq(i32x4.sub(v128.load(offsets, 4), v128.load(offsets)), i32x4.splat(1)));
}

/** Cosines of four consecutive documents with one key each. @param dots their dot products */
// @ts-expect-error: AssemblyScript decorator
@inline
function fourCosines(dots: v128, norms: usize, scan: usize, scores: usize): void {
  const f = v128.load_splat<f64>(scan, 32);
  const low = f64x2.mul(f64x2.convert_low_i32x4_s(dots), f64x2.promote_low_f32x4(v128.load64_zero(norms)));
  const others = i64x2.shuffle(dots, dots, 1, 1);
  const high = f64x2.mul(f64x2.convert_low_i32x4_s(others), f64x2.promote_low_f32x4(v128.load64_zero(norms, 8)));
  const first = f32x4.demote_f64x2_zero(bothBounded(f64x2.mul(low, f)));
  const second = f32x4.demote_f64x2_zero(bothBounded(f64x2.mul(high, f)));
  v128.store(scores, i64x2.shuffle(first, second, 0, 2));
}

/** Logits of documents from … to − 1, the maximum of each PEAK, and that of all in the summary. */
function weigh(look: usize, from: u32, to: u32, summary: usize): void {
  const n = <usize>load<f64>(look, DOCUMENTS);
  const logits = <usize>load<f64>(look, LOGITS);
  const mask = <usize>load<f64>(look, MASK);
  const peaks = <usize>load<f64>(look, PEAKS);
  const bias = load<f64>(look, BIAS);
  const scores = <usize>load<f64>(look, SCORES);
  const size: usize = 8 * <usize>load<f64>(look, HEADS);
  const room: usize = 4 * ((n + PEAK - 1) & ~(<usize>PEAK - 1));
  let most = -Infinity;
  for (let start: usize = from; start < to; start += PEAK) {
    const at = scores + 4 * start;
    const out = logits + 8 * start;
    const isPart = mask != 0 || start + PEAK > n;
    let peak = sumHeads(at, room, look + COEFFICIENTS, size, bias, out);
    if (isPart) peak = leaveOut(mask, n, start, out);
    store<f64>(peaks + start / PEAK * 8, peak);
    most = max(most, peak);
  }
  store<f64>(summary, most);
}

/**
 * out[i] = base + Σ coefficient · score for PEAK documents, over the heads whose coefficient is not 0.
 *
 * @param scores       address of the first head's scores; the next head's are `room` bytes further
 * @param coefficients address of the coefficients, f64, `size` bytes in all
 * @returns the largest sum
 */
// @ts-expect-error: AssemblyScript decorator
@inline
function sumHeads(scores: usize, room: usize, coefficients: usize, size: usize, base: f64, out: usize): f64 {
  let a = f64x2.splat(base);
  let b = a;
  let c = a;
  let d = a;
  let e = a;
  let f = a;
  let g = a;
  let h = a;
  for (const end = coefficients + size; coefficients < end; coefficients += 8, scores += room) {
    if (load<f64>(coefficients) == 0) continue;
    const x = v128.load_splat<f64>(coefficients);
    a = f64x2.add(a, f64x2.mul(x, f64x2.promote_low_f32x4(v128.load64_zero(scores))));
    b = f64x2.add(b, f64x2.mul(x, f64x2.promote_low_f32x4(v128.load64_zero(scores, 8))));
    c = f64x2.add(c, f64x2.mul(x, f64x2.promote_low_f32x4(v128.load64_zero(scores, 16))));
    d = f64x2.add(d, f64x2.mul(x, f64x2.promote_low_f32x4(v128.load64_zero(scores, 24))));
    e = f64x2.add(e, f64x2.mul(x, f64x2.promote_low_f32x4(v128.load64_zero(scores, 32))));
    f = f64x2.add(f, f64x2.mul(x, f64x2.promote_low_f32x4(v128.load64_zero(scores, 40))));
    g = f64x2.add(g, f64x2.mul(x, f64x2.promote_low_f32x4(v128.load64_zero(scores, 48))));
    h = f64x2.add(h, f64x2.mul(x, f64x2.promote_low_f32x4(v128.load64_zero(scores, 56))));
  }
  v128.store(out, a);
  v128.store(out, b, 16);
  v128.store(out, c, 32);
  v128.store(out, d, 48);
  v128.store(out, e, 64);
  v128.store(out, f, 80);
  v128.store(out, g, 96);
  v128.store(out, h, 112);
  const most = f64x2.pmax(f64x2.pmax(f64x2.pmax(a, b), f64x2.pmax(c, d)), f64x2.pmax(f64x2.pmax(e, f), f64x2.pmax(g, h)));
  return max(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1));
}

/** Sets the logits of masked documents, and those beyond the last document, to −∞. @returns the largest that is left */
function leaveOut(mask: usize, n: usize, start: usize, out: usize): f64 {
  let largest = -Infinity;
  for (let i = start; i < start + PEAK; i++, out += 8) {
    if (i >= n || (mask != 0 && load<u8>(mask + i) != 0)) store<f64>(out, -Infinity);
    else largest = max(largest, load<f64>(out));
  }
  return largest;
}
