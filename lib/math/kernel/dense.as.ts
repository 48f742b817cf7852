// Products of tall dense matrices, row-major f64: the inner loops of the SVD (../svd.ts), called by
// ../dense.ts. Results are accumulated in 4 × 4 tiles that stay in registers for a whole run of rows.

/** Bytes of a call as written by ../dense.ts: the function's code and up to 8 arguments, f64 each. */
export const CALL: usize = 72;

/**
 * Makes a call. The functions it calls are exported only to keep the compiler from inlining them:
 * V8 optimises a function sooner when it is entered often.
 */
export function makeCall(at: usize): void {
  const which = <u32>load<f64>(at);
  const a = argument(at, 1);
  const b = argument(at, 2);
  const c = argument(at, 3);
  const d = argument(at, 4);
  const e = argument(at, 5);
  const f = argument(at, 6);
  if (which == 0) addGram(a, b, c, d, e, f);
  else if (which == 1) multiplyRows(a, b, c, d, e != 0, f);
  else if (which == 2) multiplySparse(a, b, c, d, e, f, argument(at, 7));
  else multiplySparseTransposed(a, b, c, d, e, f, argument(at, 7), argument(at, 8));
}

function argument(at: usize, i: usize): usize {
  return <usize>load<f64>(at + 8 * i);
}

/** Rows of X per pass over all tiles: few enough to stay in a near cache for the pass. */
const ROWS: usize = 64;

/**
 * G += XᵀX, only rows from … to − 1 of G, and of these only the tiles on and above the diagonal.
 *
 * @param x     address of rows × width f64
 * @param width a multiple of 4, as are `from` and `to`
 * @param g     address of width × width f64
 */
export function addGram(x: usize, rows: usize, width: usize, from: usize, to: usize, g: usize): void {
  const line: usize = 8 * width;
  for (let row: usize = 0; row < rows; row += ROWS) {
    const start = x + row * line;
    const end = x + min(row + ROWS, rows) * line;
    for (let i: usize = 8 * from; i < 8 * to; i += 32) {
      for (let j = i; j < line; j += 32) tile(start + i, 8, line, end + i, start + j, g + (i >> 3) * line + j, line);
    }
  }
}

/**
 * out += X · B for `rows` rows, a multiple of 4.
 *
 * @param x     address of rows × width f64, width a multiple of 4
 * @param b     address of width × width f64
 * @param upper whether B is upper triangular; the zeros below the diagonal are skipped
 * @param out   address of rows × width f64; must not overlap X
 */
export function multiplyRows(x: usize, rows: usize, width: usize, b: usize, upper: bool, out: usize): void {
  const line: usize = 8 * width;
  for (let row: usize = 0; row < rows; row += 4) {
    for (let j: usize = 0; j < line; j += 32) {
      tile(x, line, 8, x + (upper ? j + 32 : line), b + j, out + j, line);
    }
    x += 4 * line;
    out += 4 * line;
  }
}

/** Sparse times dense, out += A · X: out[row] += values[k] · x[indices[k]] for the entries k of each row. */
export function multiplySparse(offsets: usize, indices: usize, values: usize, rows: usize, x: usize, width: usize, out: usize): void {
  const line: usize = 8 * width;
  for (let r: usize = 0; r < rows; r++, out += line) {
    const end = <usize>load<u32>(offsets + 4 * r, 4);
    for (let k = <usize>load<u32>(offsets + 4 * r); k < end; k++) {
      addScaled(x + <usize>load<u32>(indices + 4 * k) * line, <f64>load<f32>(values + 4 * k), out, line);
    }
  }
}

/** Transposed sparse times dense, out += Aᵀ · Y: out[indices[k]] += values[k] · y[row], only the first `columns` columns. */
export function multiplySparseTransposed(offsets: usize, indices: usize, values: usize, rows: usize, y: usize, width: usize, out: usize, columns: usize): void {
  const line: usize = 8 * width;
  for (let r: usize = 0; r < rows; r++, y += line) {
    const end = <usize>load<u32>(offsets + 4 * r, 4);
    for (let k = <usize>load<u32>(offsets + 4 * r); k < end; k++) {
      addScaled(y, <f64>load<f32>(values + 4 * k), out + <usize>load<u32>(indices + 4 * k) * line, 8 * columns);
    }
  }
}

/** out += factor · x for `bytes` bytes of f64, a multiple of 32. */
// @ts-expect-error: AssemblyScript decorator
@inline
function addScaled(x: usize, factor: f64, out: usize, bytes: usize): void {
  const f = f64x2.splat(factor);
  for (let j: usize = 0; j < bytes; j += 32) {
    v128.store(out + j, f64x2.add(v128.load(out + j), f64x2.mul(f, v128.load(x + j))));
    v128.store(out + j, f64x2.add(v128.load(out + j, 16), f64x2.mul(f, v128.load(x + j, 16))), 16);
  }
}

/**
 * One 4 × 4 tile: out += Σₖ aₖ ⊗ bₖ, the outer products of four numbers of A with four neighbours in row k of B.
 *
 * @param a     address of the first number of a₀
 * @param apart bytes between the four numbers of aₖ
 * @param step  bytes from aₖ to aₖ₊₁, up to `end`
 * @param line  bytes from row to row of B and of `out`
 */
// @ts-expect-error: AssemblyScript decorator
@inline
function tile(a: usize, apart: usize, step: usize, end: usize, b: usize, out: usize, line: usize): void {
  let s0 = v128.load(out);
  let t0 = v128.load(out, 16);
  let s1 = v128.load(out + line);
  let t1 = v128.load(out + line, 16);
  let s2 = v128.load(out + 2 * line);
  let t2 = v128.load(out + 2 * line, 16);
  let s3 = v128.load(out + 3 * line);
  let t3 = v128.load(out + 3 * line, 16);
  for (; a < end; a += step, b += line) {
    const s = v128.load(b);
    const t = v128.load(b, 16);
    const a0 = v128.load_splat<f64>(a);
    const a1 = v128.load_splat<f64>(a + apart);
    const a2 = v128.load_splat<f64>(a + 2 * apart);
    const a3 = v128.load_splat<f64>(a + 3 * apart);
    s0 = f64x2.add(s0, f64x2.mul(a0, s));
    t0 = f64x2.add(t0, f64x2.mul(a0, t));
    s1 = f64x2.add(s1, f64x2.mul(a1, s));
    t1 = f64x2.add(t1, f64x2.mul(a1, t));
    s2 = f64x2.add(s2, f64x2.mul(a2, s));
    t2 = f64x2.add(t2, f64x2.mul(a2, t));
    s3 = f64x2.add(s3, f64x2.mul(a3, s));
    t3 = f64x2.add(t3, f64x2.mul(a3, t));
  }
  v128.store(out, s0);
  v128.store(out, t0, 16);
  v128.store(out + line, s1);
  v128.store(out + line, t1, 16);
  v128.store(out + 2 * line, s2);
  v128.store(out + 2 * line, t2, 16);
  v128.store(out + 3 * line, s3);
  v128.store(out + 3 * line, t3, 16);
}
