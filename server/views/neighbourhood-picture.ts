import type { LibraryMap } from '../../lib/explain/library-map.ts';
import { type Box, GOLDEN_ANGLE, layOut, type Tie } from './layout.ts';

/** A drawn document or neighbourhood, as views/library-map.ejs shows it. */
interface Place extends Circle {
  /** Colour class, 0 … 9. */
  readonly colour: number;
  /** Baseline of the label's first line. */
  readonly labelY: number;
  readonly label: string;
  /** Second line of the label; '' for none. */
  readonly count: string;
  /** SVG path of one dot per document, each a zero-length line with round caps; '' for a single document. */
  readonly dots: string;
  readonly href: string;
  readonly title: string;
}

export interface Picture {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Diameter of a dot. */
  readonly dot: number;
  /** Coloured areas behind the documents of a neighbourhood. */
  readonly islands: readonly { readonly colour: number; readonly circles: readonly Circle[] }[];
  readonly ties: readonly {
    readonly x1: number;
    readonly y1: number;
    readonly x2: number;
    readonly y2: number;
    readonly width: number;
  }[];
  readonly places: readonly Place[];
}

/** A circle; of a place, its shape without the label. */
interface Circle {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** An item of the picture before it is placed. */
export interface Item {
  /** Index of its neighbourhood. */
  readonly group: number;
  readonly name: string;
  readonly count: string;
  /** Number of documents that it stands for. */
  readonly size: number;
  /** Attention received, as a share of the largest, 0 … 1; sets the radius of a single document. */
  readonly attention: number;
  readonly href: string;
  readonly title: string;
}

const WIDTH = 1080;
const COLOURS = 10;
/** Line height of a label, and the width of a wide Latin letter in it. */
const LINE = 17;
const LETTER = 8.9;
const LONGEST_LABEL = 24;
/** How far a coloured area extends beyond a document. */
const ISLAND_MARGIN = 36;
const MARGIN = 12;
/** Weight of the ties that hold a neighbourhood together, as a share of the strongest tie. */
const HOLD = 0.3;

/** Colour class of a neighbourhood, 0 … 9. */
export function colourOf(group: number): number {
  return group % COLOURS;
}

/** Lays out the items; those that give each other much attention end up close together. */
export function* drawPicture(items: readonly Item[], ties: readonly Tie[]): Generator<undefined, Picture> {
  const total = items.reduce((sum, { size }) => sum + size, 0);
  const spacing = Math.min(15, Math.max(5.5, 420 / Math.sqrt(Math.max(1, total))));
  const radii = items.map((item) =>
    item.size > 1 ? spacing * (0.6 * Math.sqrt(item.size) + 1) : 5 + 6 * Math.sqrt(item.attention),
  );
  const labels = items.map(({ name }) => clip(name));
  const boxes = items.map(({ count }, i): Box => {
    const lines = count === '' ? 1 : 2;
    const widest = Math.max(widthOf(labels[i] ?? ''), widthOf(count));
    return { width: Math.max(2 * (radii[i] ?? 0), widest), height: 2 * (radii[i] ?? 0) + lines * LINE + 4 };
  });
  const layout = yield* layOut(boxes, [...ties, ...holds(items, ties)], WIDTH);
  const places = items.map(({ group, count, size, href, title }, i): Place => {
    const radius = radii[i] ?? 0;
    const x = layout.xs[i] ?? 0;
    const y = (layout.ys[i] ?? 0) - (boxes[i]?.height ?? 0) / 2 + radius;
    return {
      ...{ x: round(x), y: round(y), radius: round(radius), colour: colourOf(group) },
      ...{ label: labels[i] ?? '', labelY: round(y + radius + LINE - 3), count, href, title },
      dots: size > 1 ? sunflower(size, x, y, spacing) : '',
    };
  });
  const islands = items.some(({ size }) => size > 1) ? [] : islandsOf(places);
  const margin = islands.length > 0 ? ISLAND_MARGIN : MARGIN;
  return {
    left: -margin,
    top: -margin,
    width: WIDTH + 2 * margin,
    height: Math.ceil(layout.height) + 2 * margin,
    dot: round(0.72 * spacing),
    islands,
    ties: linesOf(ties, places),
    places,
  };
}

/** Invisible ties that keep a neighbourhood together where its strongest ties lead elsewhere. */
function holds(items: readonly Item[], ties: readonly Tie[]): Tie[] {
  const weight = HOLD * Math.max(...ties.map((tie) => tie.weight), Number.MIN_VALUE);
  const centres = new Map<number, number>();
  return items.flatMap(({ group }, to) => {
    const from = centres.get(group);
    if (from === undefined) centres.set(group, to);
    return from === undefined ? [] : [{ from, to, weight }];
  });
}

/** Arranges n dots evenly as a sunflower arranges its seeds (Vogel 1979). */
function sunflower(n: number, x: number, y: number, spacing: number): string {
  let path = '';
  for (let i = 0; i < n; i++) {
    const distance = 0.6 * spacing * Math.sqrt(i + 0.5);
    path += `M${round(x + distance * Math.cos(i * GOLDEN_ANGLE))} ${round(y + distance * Math.sin(i * GOLDEN_ANGLE))}h0`;
  }
  return path;
}

function islandsOf(places: readonly Place[]): Picture['islands'] {
  const byColour = new Map<number, Circle[]>();
  for (const { colour, x, y, radius } of places) {
    const circles = byColour.get(colour) ?? [];
    circles.push({ x, y, radius: radius + ISLAND_MARGIN });
    byColour.set(colour, circles);
  }
  return Array.from(byColour, ([colour, circles]) => ({ colour, circles }));
}

function linesOf(ties: readonly Tie[], places: readonly Place[]): Picture['ties'] {
  const strongest = Math.max(...ties.map(({ weight }) => weight), Number.MIN_VALUE);
  return ties.flatMap(({ from, to, weight }) => {
    const [a, b] = [places[from], places[to]];
    if (!a || !b) return [];
    return [{ x1: a.x, y1: a.y, x2: b.x, y2: b.y, width: round(0.8 + 7 * (weight / strongest)) }];
  });
}

/**
 * The strongest ties of each item, from directed weights. Both directions of a pair are summed to one
 * tie.
 *
 * @param weights  weights[i][j]: attention that i gives to j
 * @param most  per item
 * @param least  only ties of more than this; weaker ones would be hairlines
 */
export function strongestTies(weights: readonly (readonly number[])[], most: number, least: number): Tie[] {
  const mutual = (a: number, b: number) => (weights[a]?.[b] ?? 0) + (weights[b]?.[a] ?? 0);
  const found = new Map<string, Tie>();
  weights.forEach((row, from) => {
    const ties = row
      .map((_, to) => ({ from: Math.min(from, to), to: Math.max(from, to), weight: mutual(from, to) }))
      .filter((tie) => tie.from !== tie.to && tie.weight > least)
      .sort((a, b) => b.weight - a.weight);
    for (const tie of ties.slice(0, most)) found.set(`${tie.from} ${tie.to}`, tie);
  });
  return [...found.values()];
}

/** The weight matrix of a map that lists every relation, with rows and columns in the given order. */
export function weightMatrix({ relations }: LibraryMap, order: readonly number[]): number[][] {
  const { offsets, targets, weights } = relations;
  const place = new Map(order.map((index, i) => [index, i]));
  return order.map((index) => {
    const row = order.map(() => 0);
    for (let m = offsets[index] ?? 0; m < (offsets[index + 1] ?? 0); m++)
      row[place.get(targets[m] ?? -1) ?? -1] = weights[m] ?? 0;
    return row;
  });
}

/** Approximate text width; Hangul and other wide letters count as one and a half. */
function widthOf(text: string): number {
  return [...text].reduce((sum, letter) => sum + (letter > '\u2e80' ? 1.5 : 1), 0) * LETTER;
}

function clip(text: string): string {
  let out = '';
  for (const letter of text.replace(/\s+/g, ' ')) {
    if (widthOf(out + letter) > LONGEST_LABEL * LETTER) return `${out.trimEnd()}…`;
    out += letter;
  }
  return out;
}

function round(value: number): number {
  return Math.round(10 * value) / 10;
}
