// One look at all documents, block by block: scores, logits and what the softmax needs of them in
// one pass. Its twin in plain TypeScript is ../../attention/plain-look.ts, step by step.
import { CALL, makeCall } from './dense.as';
import { dotFour, dotRows, readAhead } from './dot.as';
import { sumExponentials } from './softmax.as';
import { addCubes, bothBounded, bounded, scoreTerms } from './term-sum.as';

/** Documents of a block: their scores stay in the nearest cache until they are weighed. */
const BLOCK: u32 = 1024;
/** Documents whose largest logit is kept: among those the strongest are looked for. */
const PEAK: u32 = 16;
/** Bytes of what is written down for a block. */
const SUMMARY: usize = 32;

// Where a look's numbers are, f64 each (the layout of ../../attention/look.ts).
const DOCUMENTS = 0;
const STRIDE = 8;
const SCANS = 16;
const HEADS = 24;
const SCORES = 32; // address of the scores of all heads, f64, each with room for a multiple of PEAK documents
const LOGITS = 40; // address of documents f64, with as much room
const BIAS = 48;
const INVERSE = 56; // 1 / T; 0: no softmax is wanted
const MASK = 64; // address of documents bytes, or 0
const SUMMARIES = 72;
const IS_LATER = 80; // 1: another look at the same documents was before this one
const PEAKS = 88;
const COEFFICIENTS = 128; // one for each head, 8 at most
const SCAN = 256; // each: query, keys, norms, offsets or 0 where all have one key, factor, scores, room for an int32 of each row, and whether to add cubes
const SCAN_SIZE = 64;
const CONSTANTS = 384; // of ./softmax.as.ts
const TERMS = 512; // of ./term-sum.as.ts
const HAS_TERMS = 576; // 1: the scores of `words` are not there yet
const OVERLAP = 584; // of ./term-sum.as.ts
const IS_AHEAD = 616; // 1: the keys of a block are read before they are multiplied
const UNUSED = 624; // what `readAhead` returns

// How threads share their work, int32 each.
const TURN = 0; // changes when there is work
const LEFT = 4; // blocks nobody has taken; below 0 when somebody has looked in vain
const DONE = 8;
const STOP = 12;
const MORE = 16; // 1: after this work there will be more at once
const ASLEEP = 20; // 1: has to be notified of a turn
const CALLS = 24; // 1: the blocks are calls of ./dense.as.ts, and no parts of a look
/** How often a thread looks for the next turn before it goes to sleep, where more is to come: about 0.4 ms. */
const LOOKS = 400_000;

/** Takes blocks until there are none left. @param at address of a look, or of calls */
export function work(at: usize, control: usize): void {
  for (;;) {
    const left = atomic.sub<i32>(control + LEFT, 1) - 1;
    if (left < 0) return;
    if (atomic.load<i32>(control + CALLS) != 0) makeCall(at + <usize>left * CALL);
    else {
      const blocks = (<i32>load<f64>(at, DOCUMENTS) + BLOCK - 1) / BLOCK;
      // A later look goes back the way: what was read last is what the caches still have.
      lookAt(at, load<f64>(at, IS_LATER) != 0 ? left : blocks - 1 - left);
    }
    atomic.add<i32>(control + DONE, 1);
  }
}

/** The life of a second thread: works whenever there is a new turn, until it is told to stop. */
export function serve(at: usize, control: usize): void {
  for (;;) {
    const turn = atomic.load<i32>(control + TURN);
    if (atomic.load<i32>(control + STOP) != 0) return;
    work(at, control);
    atomic.notify(control + DONE, 1);
    // To be woken takes longer than what is between the looks of a query.
    if (atomic.load<i32>(control + MORE) != 0) {
      for (let i = 0; i < LOOKS && atomic.load<i32>(control + TURN) == turn; i++) {}
    }
    if (atomic.load<i32>(control + TURN) != turn) continue; // who is seen asleep is woken, though it takes a while
    atomic.store<i32>(control + ASLEEP, 1);
    atomic.wait<i32>(control + TURN, turn, -1);
    atomic.store<i32>(control + ASLEEP, 0);
  }
}

/** Looks at the documents of one block. */
export function lookAt(look: usize, block: u32): void {
  const from = block * BLOCK;
  const to = min(from + BLOCK, <u32>load<f64>(look, DOCUMENTS));
  if (load<f64>(look, HAS_TERMS) != 0) scoreTerms(look + TERMS, from, to);
  const scans = <u32>load<f64>(look, SCANS);
  for (let s: u32 = 0; s < scans; s++) scan(look, look + SCAN + s * SCAN_SIZE, from, to);
  const summary = <usize>load<f64>(look, SUMMARIES) + <usize>block * SUMMARY;
  weigh(look, from, to, summary);
  if (load<f64>(look, INVERSE) > 0) {
    const logits = <usize>load<f64>(look, LOGITS);
    sumExponentials(logits + 8 * from, logits + 8 * to, look + INVERSE, look + CONSTANTS, summary);
  }
}

/** Cosines of one query with the keys of documents, the largest where a document has several; and the cubes that are to be added to them. */
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
  // A query without direction is near to nothing.
  if (load<f64>(scan, 32) == 0) memory.fill(scores + 8 * from, 0, 8 * (to - from));
  else if (load<f64>(scan, 24) == 0) oneEach(look, scan, from, to);
  else cosines(look, scan, from, to);
  // Where logits will be there is room until they are.
  if (load<f64>(scan, 56) != 0) addCubes(look + OVERLAP, <usize>load<f64>(look, LOGITS), scores, from, to);
}

/** Of documents that have one key each: nothing has to be looked up, and dot products are not written down. */
function oneEach(look: usize, scan: usize, from: u32, to: u32): void {
  const query = <usize>load<f64>(scan);
  const stride = <u32>load<f64>(look, STRIDE);
  let keys = <usize>load<f64>(scan, 8) + <usize>from * stride;
  let norms = <usize>load<f64>(scan, 16) + 4 * from;
  let scores = <usize>load<f64>(scan, 40) + 8 * from;
  for (const end = scores + 8 * ((to - from) & ~3); scores < end; scores += 32) {
    fourCosines(dotFour(query, keys, stride), norms, scan, scores);
    keys += 4 * stride;
    norms += 16;
  }
  const rest = (to - from) & 3;
  const dots = <usize>load<f64>(scan, 48) + 4 * (to - rest);
  dotRows(query, keys, rest, stride, dots);
  for (let i: u32 = 0; i < rest; i++) {
    const cosine = <f64>load<i32>(dots + 4 * i) * <f64>load<f32>(norms + 4 * i) * load<f64>(scan, 32);
    store<f64>(scores + 8 * i, bounded(cosine));
  }
}

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
      fourCosines(v128.load(dots + 4 * row), norms + 4 * row, scan, scores + 8 * i);
      i += 3;
      row += 4;
      continue;
    }
    let best = -Infinity;
    for (const end = load<u32>(offsets + 4 * i, 4); row < end; row++) {
      const score = <f64>load<i32>(dots + 4 * row) * <f64>load<f32>(norms + 4 * row);
      best = select(score, best, score > best);
    }
    // Without a passage there is nothing to be near to.
    store<f64>(scores + 8 * i, best == -Infinity ? <f64>0 : bounded(best * factor));
  }
}

/** Whether four documents have one passage each. */
// @ts-expect-error: AssemblyScript decorator
@inline
function haveOneEach(offsets: usize): bool {
  return i32x4.all_true(i32x4.eq(i32x4.sub(v128.load(offsets, 4), v128.load(offsets)), i32x4.splat(1)));
}

/** Cosines of four documents with one key each. */
// @ts-expect-error: AssemblyScript decorator
@inline
function fourCosines(dots: v128, norms: usize, scan: usize, scores: usize): void {
  const f = v128.load_splat<f64>(scan, 32);
  const low = f64x2.mul(f64x2.convert_low_i32x4_s(dots), f64x2.promote_low_f32x4(v128.load64_zero(norms)));
  const others = i64x2.shuffle(dots, dots, 1, 1);
  const high = f64x2.mul(f64x2.convert_low_i32x4_s(others), f64x2.promote_low_f32x4(v128.load64_zero(norms, 8)));
  v128.store(scores, bothBounded(f64x2.mul(low, f)));
  v128.store(scores, bothBounded(f64x2.mul(high, f)), 16);
}

/** Logits of documents, and the largest of them. */
function weigh(look: usize, from: u32, to: u32, summary: usize): void {
  const n = <usize>load<f64>(look, DOCUMENTS);
  const logits = <usize>load<f64>(look, LOGITS);
  const mask = <usize>load<f64>(look, MASK);
  const peaks = <usize>load<f64>(look, PEAKS);
  const bias = load<f64>(look, BIAS);
  const scores = <usize>load<f64>(look, SCORES);
  const size: usize = 8 * <usize>load<f64>(look, HEADS);
  const room: usize = 8 * ((n + PEAK - 1) & ~(<usize>PEAK - 1));
  let most = -Infinity;
  for (let start: usize = from; start < to; start += PEAK) {
    const at = scores + 8 * start;
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
 * out[i] = base + Σ coefficient · score of PEAK documents, over the heads whose coefficient is not 0.
 *
 * @param scores       address of those of the first head; `room` bytes on are the next one's
 * @param coefficients address of `size` bytes, f64 each
 * @returns the largest
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
    a = f64x2.add(a, f64x2.mul(x, v128.load(scores)));
    b = f64x2.add(b, f64x2.mul(x, v128.load(scores, 16)));
    c = f64x2.add(c, f64x2.mul(x, v128.load(scores, 32)));
    d = f64x2.add(d, f64x2.mul(x, v128.load(scores, 48)));
    e = f64x2.add(e, f64x2.mul(x, v128.load(scores, 64)));
    f = f64x2.add(f, f64x2.mul(x, v128.load(scores, 80)));
    g = f64x2.add(g, f64x2.mul(x, v128.load(scores, 96)));
    h = f64x2.add(h, f64x2.mul(x, v128.load(scores, 112)));
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

/** Masks documents, and those beyond the last one. @returns the largest that is left */
function leaveOut(mask: usize, n: usize, start: usize, out: usize): f64 {
  let largest = -Infinity;
  for (let i = start; i < start + PEAK; i++, out += 8) {
    if (i >= n || (mask != 0 && load<u8>(mask + i) != 0)) store<f64>(out, -Infinity);
    else largest = max(largest, load<f64>(out));
  }
  return largest;
}
