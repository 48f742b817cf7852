import type { LibraryMap } from '../../lib/library-map.ts';
import { type Box, GOLDEN_ANGLE, type Layout, layOut, type Tie } from './layout.ts';

/** A document, or a neighbourhood of many, as views/partials/neighbourhoods.ejs draws it. */
export interface Place {
  readonly x: number;
  readonly y: number;
  /** Of what is drawn, the label not included. */
  readonly radius: number;
  /** 0 … 9: its colour. */
  readonly colour: number;
  /** Where the label's first line stands. */
  readonly labelY: number;
  readonly label: string;
  /** Under the label; '' for none. */
  readonly count: string;
  /** One dot for each document, as the path of a line with round ends; '' for a single one. */
  readonly dots: string;
  readonly href: string;
  readonly title: string;
}

export interface Picture {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** How wide a dot of many is. */
  readonly dot: number;
  /** Soft ground under what belongs together. */
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

interface Circle {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** What a picture is made of, before it has a place. */
export interface Item {
  /** Its neighbourhood. */
  readonly group: number;
  readonly name: string;
  readonly count: string;
  /** How many documents it stands for. */
  readonly size: number;
  /** 0 … 1 of the largest: a single document is drawn larger when others attend to it. */
  readonly attention: number;
  readonly href: string;
  readonly title: string;
}

const WIDTH = 1080;
const COLOURS = 10;
/** Height of a line of a label, and the width of a Latin letter in it, a wide one. */
const LINE = 17;
const LETTER = 8.9;
const LONGEST_LABEL = 24;
/** How far the soft ground reaches around a document. */
const SHORE = 36;
const MARGIN = 12;
/** How much a neighbourhood holds its documents, as a share of the strongest tie. */
const HOLD = 0.3;

/** The class of a neighbourhood's colour. */
export function colourOf(group: number): number {
  return group % COLOURS;
}

/** Items at their places, those that give each other most attention close together. */
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
  const places = items.map((item, i) =>
    placeOf(item, i, layout, boxes, radii[i] ?? 0, labels[i] ?? '', spacing),
  );
  const islands = items.some(({ size }) => size > 1) ? [] : islandsOf(places);
  const margin = islands.length > 0 ? SHORE : MARGIN;
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

/** What keeps a neighbourhood together where its strongest ties lead elsewhere; not drawn. */
function holds(items: readonly Item[], ties: readonly Tie[]): Tie[] {
  const weight = HOLD * Math.max(...ties.map((tie) => tie.weight), Number.MIN_VALUE);
  const centres = new Map<number, number>();
  return items.flatMap(({ group }, to) => {
    const from = centres.get(group);
    if (from === undefined) centres.set(group, to);
    return from === undefined ? [] : [{ from, to, weight }];
  });
}

function placeOf(
  item: Item,
  i: number,
  { xs, ys }: Layout,
  boxes: readonly Box[],
  radius: number,
  label: string,
  spacing: number,
): Place {
  const x = xs[i] ?? 0;
  const y = (ys[i] ?? 0) - (boxes[i]?.height ?? 0) / 2 + radius;
  return {
    x: round(x),
    y: round(y),
    radius: round(radius),
    colour: colourOf(item.group),
    labelY: round(y + radius + LINE - 3),
    label,
    count: item.count,
    dots: item.size > 1 ? sunflower(item.size, x, y, spacing) : '',
    href: item.href,
    title: item.title,
  };
}

/** n dots as a sunflower has its seeds (Vogel 1979): evenly spread at any number. */
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
    circles.push({ x, y, radius: radius + SHORE });
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
 * The strongest ties of each item among directed weights; both directions of a pair are one tie.
 *
 * @param most of each item
 * @param least weaker ones would be hairs
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

/** Weights of all documents to all others, of a map that lists every relation; rows and columns in a given order. */
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

/** Hangul and other wide letters count for two. */
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
