// Rows of a sparse matrix times a tall dense one, as unit vectors in int8: how texts become keys. Its
// plain twin is LsaEmbedder.embed (../../embedding/lsa.ts) and quantize (../vector.ts): sums are
// taken in f64 and kept in f32 here because JavaScript does so, and the numbers are the same to the bit.

/**
 * out[r] = round(127 · v / max |v|), where v = normalise(Σₖ weights[k] · basis[rows[k]]) over the entries k of row r.
 *
 * @param offsets address of count + 1 int32
 * @param rows    address of the rows of the basis, int32
 * @param weights address of f64
 * @param basis   address of f32, `width` a row, an even number
 * @param vector  address of `width` f32 to work in
 * @param out     address of count × width int8, all zeros
 */
export function embedRows(offsets: usize, rows: usize, weights: usize, count: usize, basis: usize, width: usize, vector: usize, out: usize): void {
  const line: usize = 4 * width;
  for (let r: usize = 0; r < count; r++, out += width) {
    memory.fill(vector, 0, line);
    const end = <usize>load<u32>(offsets + 4 * r, 4);
    for (let k = <usize>load<u32>(offsets + 4 * r); k < end; k++) {
      addScaled(vector, load<f64>(weights + 8 * k), basis + <usize>load<u32>(rows + 4 * k) * line, line);
    }
    normalize(vector, line);
    quantize(vector, width, out);
  }
}

// @ts-expect-error: AssemblyScript decorator
@inline
function addScaled(vector: usize, weight: f64, x: usize, bytes: usize): void {
  const w = f64x2.splat(weight);
  for (let j: usize = 0; j < bytes; j += 8) {
    const sum = f64x2.add(promoted(vector + j), f64x2.mul(w, promoted(x + j)));
    v128.store64_lane(vector + j, f32x4.demote_f64x2_zero(sum), 0);
  }
}

/** Two f32 as f64. */
// @ts-expect-error: AssemblyScript decorator
@inline
function promoted(at: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(at));
}

// @ts-expect-error: AssemblyScript decorator
@inline
function normalize(vector: usize, bytes: usize): void {
  let square: f64 = 0;
  for (let j: usize = 0; j < bytes; j += 4) {
    const value = <f64>load<f32>(vector + j);
    square += value * value;
  }
  const length = sqrt(square);
  if (!(length > 0)) return;
  const by = f64x2.splat(length);
  for (let j: usize = 0; j < bytes; j += 8) {
    v128.store64_lane(vector + j, f32x4.demote_f64x2_zero(f64x2.div(promoted(vector + j), by)), 0);
  }
}

// @ts-expect-error: AssemblyScript decorator
@inline
function quantize(vector: usize, width: usize, out: usize): void {
  let largest: f64 = 0;
  for (let j: usize = 0; j < width; j++) largest = max(largest, abs(<f64>load<f32>(vector + 4 * j)));
  if (!(largest > 0)) return;
  for (let j: usize = 0; j < width; j++) {
    store<i8>(out + j, <i8>Math.round((127 * <f64>load<f32>(vector + 4 * j)) / largest));
  }
}
