/** A box to be placed; sizes in units of the picture. */
export interface Box {
  readonly width: number;
  readonly height: number;
}

/** An edge of the layout graph, between two box indices. */
export interface Tie {
  readonly from: number;
  readonly to: number;
  /** Strength, > 0; only ratios matter. */
  readonly weight: number;
}

/** The centres of the boxes, and the height that they take. */
export interface Layout {
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  readonly height: number;
}

const ITERATIONS = 300;
/** Gap between boxes. */
const GAP = 10;
/** Area of the picture as a multiple of the area of the boxes. */
const SPACE = 1.6;
/** Minimum height for more than ten boxes. */
const MIN_HEIGHT = 420;
/** Pull towards the centre, without which unconnected boxes drift away. */
const GRAVITY = 0.3;
/** π · (3 − √5) ≈ 2.4 radians. */
export const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

/**
 * Places boxes so that connected ones are close and none overlap.
 *
 * Uses the forces of Fruchterman & Reingold (1991): all pairs repel with k² / d, edges attract with d² /
 * k. Boxes that then overlap are pushed apart. It starts from a spiral instead of random positions, so
 * the same input gives the same layout. Written here because the collision handling of layout libraries
 * assumes circles, while labels are wide and low. Yields after every iteration; for sixty boxes all of
 * them take some tens of milliseconds.
 *
 * @param width  of the picture; the height follows from the boxes
 */
export function* layOut(
  boxes: readonly Box[],
  ties: readonly Tie[],
  width: number,
): Generator<undefined, Layout> {
  const area = boxes.reduce((sum, box) => sum + (box.width + GAP) * (box.height + GAP), 0);
  const height = Math.max((SPACE * area) / width, Math.min(MIN_HEIGHT, boxes.length * 40));
  const xs = boxes.map((_, i) => Math.sqrt(i + 0.5) * Math.cos(i * GOLDEN_ANGLE));
  const ys = boxes.map((_, i) => Math.sqrt(i + 0.5) * Math.sin(i * GOLDEN_ANGLE));
  yield* attract(xs, ys, ties);
  stretch(xs, (i) => boxes[i]?.width ?? 0, width);
  stretch(ys, (i) => boxes[i]?.height ?? 0, height);
  yield* separate(xs, ys, boxes, width);
  const top = Math.min(...ys.map((y, i) => y - (boxes[i]?.height ?? 0) / 2));
  const bottom = Math.max(...ys.map((y, i) => y + (boxes[i]?.height ?? 0) / 2));
  return {
    xs,
    ys: ys.map((y) => y - top + GAP),
    height: boxes.length === 0 ? 0 : bottom - top + 2 * GAP,
  };
}

/** Moves points by the forces, in units of k, the ideal distance. */
function* attract(xs: number[], ys: number[], ties: readonly Tie[]): Generator<undefined, void> {
  const n = xs.length;
  const strongest = Math.max(...ties.map(({ weight }) => weight), Number.MIN_VALUE);
  for (let round = 0; round < ITERATIONS; round++) {
    const dx = new Float64Array(n);
    const dy = new Float64Array(n);
    const push = (a: number, b: number, forceAt: (distance: number) => number) => {
      const x = at(xs, a) - at(xs, b);
      const y = at(ys, a) - at(ys, b);
      const distance = Math.max(0.01, Math.hypot(x, y));
      const force = forceAt(distance) / distance;
      dx[a] = at(dx, a) + x * force;
      dy[a] = at(dy, a) + y * force;
      dx[b] = at(dx, b) - x * force;
      dy[b] = at(dy, b) - y * force;
    };
    for (let a = 0; a < n; a++) for (let b = a + 1; b < n; b++) push(a, b, (d) => 1 / d);
    for (const { from, to, weight } of ties) push(from, to, (d) => (-d * d * weight) / strongest);
    const longest = (1 - round / ITERATIONS) * 0.5;
    for (let i = 0; i < n; i++) {
      const x = at(dx, i) - GRAVITY * at(xs, i);
      const y = at(dy, i) - GRAVITY * at(ys, i);
      const step = Math.min(1, longest / Math.max(1e-9, Math.hypot(x, y)));
      xs[i] = at(xs, i) + x * step;
      ys[i] = at(ys, i) + y * step;
    }
    yield;
  }
}

/** Scales coordinates so that the boxes span 0 to `length`. */
function stretch(values: number[], sizeOf: (i: number) => number, length: number): void {
  const least = Math.min(...values);
  const range = Math.max(...values) - least;
  const margin = Math.max(0, ...values.map((_, i) => sizeOf(i))) / 2;
  values.forEach((value, i) => {
    values[i] =
      range > 0 ? margin + ((value - least) / range) * Math.max(0, length - 2 * margin) : length / 2;
  });
}

/** Pushes overlapping boxes apart along the axis of smaller overlap, keeping them within the width. */
function* separate(
  xs: number[],
  ys: number[],
  boxes: readonly Box[],
  width: number,
): Generator<undefined, void> {
  for (let round = 0, moved = true; moved && round < 4 * ITERATIONS; round++) {
    moved = false;
    for (let a = 0; a < boxes.length; a++) {
      for (let b = a + 1; b < boxes.length; b++) {
        const [first, second] = [boxes[a] as Box, boxes[b] as Box];
        const x = (first.width + second.width) / 2 + GAP - Math.abs(at(xs, a) - at(xs, b));
        const y = (first.height + second.height) / 2 + GAP - Math.abs(at(ys, a) - at(ys, b));
        if (x <= 0.01 || y <= 0.01) continue;
        moved = true;
        // Later iterations move boxes only vertically, where room is unlimited.
        if (x < y && round < ITERATIONS) shift(xs, a, b, x);
        else shift(ys, a, b, y);
      }
      const half = (boxes[a] as Box).width / 2;
      xs[a] = Math.min(width - half, Math.max(half, at(xs, a)));
    }
    yield;
  }
}

function shift(values: number[], a: number, b: number, by: number): void {
  const sign = at(values, a) < at(values, b) ? -1 : 1;
  values[a] = at(values, a) + (sign * by) / 2;
  values[b] = at(values, b) - (sign * by) / 2;
}

function at(values: ArrayLike<number>, i: number): number {
  return values[i] ?? 0;
}
