import type { SelfAttention } from '../../lib/attention/self.ts';
import { decimal, percent, plain } from './numbers.ts';

export interface HeatCell {
  /** 0 … 20: selects the CSS class h0 … h20 that colours the cell. */
  readonly level: number;
  readonly text: string;
  /** What is read aloud in place of a text that says nothing; null where the text does. */
  readonly spoken: string | null;
  /** Row, column and number in full, shown where the pointer or the focus is. */
  readonly title: string;
  readonly value: number;
}

interface HeatLabel {
  /** Number that labels the column of this row. */
  readonly number?: number;
  readonly label: string;
  readonly href: string | null;
}

/** View model of a heat map, an HTML table drawn by views/partials/heat.ejs. */
export interface Heat {
  readonly label: string;
  readonly caption: string;
  readonly corner: string;
  /**
   * CSS classes: `dense` for more columns than fit at full width; `numbered` where rows are sentences and
   * columns their numbers.
   */
  readonly kind?: string;
  readonly columns: readonly HeatLabel[];
  readonly rows: readonly (HeatLabel & { readonly cells: readonly HeatCell[] })[];
}

/** Colour level 0 … 20 of a value in [0, 1]; values outside are clamped. */
export function levelOf(value: number): number {
  return Math.round(20 * Math.min(1, Math.max(0, value)));
}

/** A cell that always shows its number, for instance a cosine. */
export function heatCell(value: number, row: string, column: string): HeatCell {
  const text = decimal(value, 2);
  return { value, level: levelOf(value), text, spoken: null, title: `${row} → ${column}: ${text}` };
}

/**
 * A weight as a percentage. Where that rounds to 0.0% the cell is empty, and the number is only spoken and in
 * its title.
 */
export function weightCell(weight: number, row: string, column: string): HeatCell {
  return cellOf(weight, levelOf(weight), weight < LEAST_SHOWN ? '' : percent(weight), row, column);
}

/**
 * A cell of a large matrix: a whole percentage, empty below 1%, coloured by the square root of the weight
 * so that small weights show.
 */
export function denseCell(weight: number, row: string, column: string): HeatCell {
  const text = weight >= 0.01 ? String(Math.round(100 * weight)) : '';
  return cellOf(weight, levelOf(Math.sqrt(weight)), text, row, column);
}

function cellOf(value: number, level: number, text: string, row: string, column: string): HeatCell {
  const number = percent(value);
  return { value, level, text, spoken: text === '' ? number : null, title: `${row} → ${column}: ${number}` };
}

/** A self-attention weight whose title also shows the dot product and its scaling. */
export function selfCell(
  { weights, cosines, dimension, divisor }: SelfAttention,
  [i, j]: readonly [row: number, column: number],
  [row, column]: readonly [row: string, column: string],
  draw = weightCell,
): HeatCell {
  const cell = draw(weights[i]?.[j] ?? 0, row, column);
  const product = dimension * (cosines[i]?.[j] ?? 0);
  const scaled = decimal(product / divisor, 2);
  return {
    ...cell,
    title: `${cell.title} (q · k = ${decimal(product, 2)}, ÷ ${plain(divisor, 2)} = ${scaled})`,
  };
}

/** The most columns that fit at full width; a wider heat map is drawn dense. */
export const WIDE = 16;

/** The least weight that `percent` rounds to 0.1%. */
const LEAST_SHOWN = 0.0005;

const CELL = 46;
const LABEL = 200;
const HEAD = 130;

/** The heat map as a self-contained SVG file, for "Save as SVG". */
export function heatSvg(heat: Heat): string {
  const width = LABEL + heat.columns.length * CELL + 10;
  const height = HEAD + heat.rows.length * CELL + 10;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<title>${escapeXml(heat.label)}</title><desc>${escapeXml(heat.caption)}</desc>`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
  ];
  heat.columns.forEach(({ label }, i) => {
    const x = LABEL + i * CELL + CELL / 2;
    parts.push(
      `<text transform="translate(${x + 4} ${HEAD - 8}) rotate(-60)" fill="#1c1b19">${escapeXml(clip(label, 22))}</text>`,
    );
  });
  heat.rows.forEach(({ label, cells }, r) => {
    const y = HEAD + r * CELL;
    parts.push(
      `<text x="${LABEL - 8}" y="${y + CELL / 2 + 4}" text-anchor="end" fill="#1c1b19">${escapeXml(clip(label, 30))}</text>`,
    );
    cells.forEach(({ level, text, title }, c) => {
      const x = LABEL + c * CELL;
      const ink = level >= 14 ? '#ffffff' : '#1c1b19';
      parts.push(
        `<g><title>${escapeXml(title)}</title><rect x="${x}" y="${y}" width="${CELL - 2}" height="${CELL - 2}" fill="#005f9e" fill-opacity="${opacityOf(level)}"/>`,
        `<text x="${x + CELL / 2 - 1}" y="${y + CELL / 2 + 4}" text-anchor="middle" font-size="11" fill="${ink}">${escapeXml(text)}</text></g>`,
      );
    });
  });
  parts.push('</svg>');
  return parts.join('\n');
}

/** As in views/styles.css: the scale skips the mid-blues on which neither black nor white text is legible. */
function opacityOf(level: number): string {
  return (level < 14 ? 0.04 * level : 0.85 + (0.15 * (level - 14)) / 6).toFixed(3);
}

/** A text on one line, cut to `length` characters with an ellipsis. */
export function clip(text: string, length: number): string {
  const characters = [...text.replace(/\s+/g, ' ')];
  return characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : characters.join('');
}

/** Escapes text for XML, and drops the characters that XML 1.0 forbids (§2.2). */
function escapeXml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return [...text]
    .filter((character) => /[\t\n\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u.test(character))
    .map((character) => entities[character] ?? character)
    .join('');
}
