import { divisorOf, SCALINGS, sharpness } from '../../lib/attention/self.ts';
import { LSA_DEFAULTS } from '../../lib/embedding/lsa.ts';
import type { Engine } from '../../lib/engine.ts';
import {
  type DocumentSelfAttention,
  documentSelfAttention,
  fewPassages,
  SENTENCES_TEMPERATURE,
  type SelfAttentionOptions,
} from '../../lib/explain/relations.ts';
import { sentenceOf } from '../../lib/explain/units.ts';
import { withoutMarker } from '../../lib/text/sentences.ts';
import type { MessageKey, Translate } from '../i18n.ts';
import { type PageState, urlOf } from '../urls.ts';
import { clip, denseCell, type Heat, levelOf, selfCell, WIDE, weightCell } from './heat.ts';
import { beginningOf } from './marked.ts';
import { decimal, percent, plain } from './numbers.ts';
import { titleOf } from './titles.ts';

/** Characters of a sentence as a row's name (which CSS shortens further), and as part of a cell's title. */
const NAME_LENGTH = 240;
const MENTION_LENGTH = 40;
/** Columns of a passage, which may be a page of code: enough to know it by. */
const BEGINNING = 160;
/** Components of a vector that are shown. */
const FIRST = 6;
/**
 * Temperature among words. Words are less similar than sentences: divided by √dₖ nearly every word
 * attends to itself alone.
 */
export const WORDS_TEMPERATURE = 0.25;
/** Sentences or passages listed as receiving the most attention. */
const SUMMARY = 3;

/** View model of a document's self-attention: the map, the scalings, and the arithmetic of one row. */
export function selfPage(
  engine: Engine,
  state: PageState,
  id: number,
  options: SelfAttentionOptions,
  t: Translate,
) {
  const self = documentSelfAttention(engine, id, options);
  const path = `/documents/${id}/self-attention`;
  const { sentence } = options;
  const plain: PageState = { ...state, temperature: 1, heads: {} };
  const href = (change: { scaling?: string; sentence?: number | undefined; row?: number }) => {
    const chosen = 'sentence' in change ? change.sentence : sentence;
    // A row number is meaningless in another text.
    const row = 'sentence' in change ? undefined : (change.row ?? self.row?.unit);
    const words = chosen === undefined ? undefined : WORDS_TEMPERATURE;
    const temperature = 'sentence' in change ? words : options.temperature;
    const scaling = change.scaling ?? self.scaling;
    return urlOf(path, plain, { scaling, temperature, sentence: chosen, row });
  };
  const rowHref = (row: number) => `${href({ row })}#row`;
  const isWords = self.of === 'words';
  const isWide = self.units.length > WIDE;
  const drawCell = isWide ? denseCell : weightCell;
  const texts = self.units.map(({ text }) => shownAs(self.of, text));
  const mentions = texts.map((text, i) => (isWords ? text : `${i + 1} ${clip(text, MENTION_LENGTH)}`));
  const placeOf = (i: number) => {
    const { start = 0, end = 0 } = self.units[i] ?? {};
    return urlOf(`/documents/${id}`, state, { start, end });
  };
  const order = self.received.map((share, i) => ({ share, i })).sort((a, b) => b.share - a.share);
  const heat: Heat = {
    label: t('self.title'),
    caption: t(isWide ? 'self.caption.dense' : 'self.caption'),
    corner: t(`self.corner.${self.of}`),
    kind: [isWords ? '' : 'numbered', isWide ? 'dense' : ''].join(' ').trim(),
    columns: texts.map((text, i) => ({ label: isWords ? text : String(i + 1), href: null })),
    rows: texts.map((text, i) => ({
      ...(isWords ? { label: text } : { number: i + 1, label: clip(text, NAME_LENGTH) }),
      href: rowHref(i),
      cells: mentions.map((mention, j) => selfCell(self, [i, j], [mentions[i] ?? '', mention], drawCell)),
    })),
  };
  return {
    title: titleOf(engine.document(id)),
    of: self.of,
    back: urlOf(`/documents/${id}`, state),
    text: t(`self.text.${self.of}`),
    whole: isWords ? href({ sentence: undefined }) : null,
    sentence: sentence === undefined ? null : sentenceOf(engine, id, sentence),
    scalings: SCALINGS.map((name) => ({
      label: t(`self.scaling.${name}` satisfies MessageKey, { temperature: self.temperature }),
      href: href({ scaling: name }),
      current: name === self.scaling,
    })),
    divisor: divisorText(self),
    sharp: sharpView(self, t),
    divisors: divisorsText(self.of, t),
    few: fewView(engine, t),
    vectors: t('self.vectors', { d: self.dimension }),
    heat: self.units.length > 1 ? heat : null,
    row: self.units.length > 1 ? workedRow(self, texts, mentions, rowHref, t) : null,
    central: options.row === undefined ? centralText(self.of, t) : null,
    // A passage is only quoted in part.
    place: self.of === 'passages' && self.row ? placeOf(self.row.unit) : null,
    words: self.of === 'sentences' && self.row ? href({ sentence: self.units[self.row.unit]?.number }) : null,
    leftOut: self.leftOut > 0 ? t('self.left', { count: self.leftOut }) : null,
    mostTitle: isWords ? null : t(`self.most.${self.of}`),
    mostHint: isWords ? null : t(`self.most.hint.${self.of}`),
    most:
      isWords || self.units.length < 2
        ? []
        : order.slice(0, SUMMARY).map(({ share, i }) => ({
            text: texts[i] ?? '',
            percent: percent(share),
            href: placeOf(i),
          })),
  };
}

/** A unit as shown: of a passage its beginning, a sentence without the list marker before it. */
function shownAs(of: DocumentSelfAttention['of'], text: string): string {
  if (of === 'words') return text;
  if (of === 'passages') return beginningOf(text, BEGINNING);
  const [start, end] = withoutMarker(text, [0, text.length]);
  return text.slice(start, end);
}

/** How sharp the map is under each divisor, in numbers of this very map. */
function sharpView(self: DocumentSelfAttention, t: Translate): string {
  const { sqrt, temperature, none } = sharpness(self, self.temperature);
  const count = self.units.length;
  return t('self.sharp', {
    ...{ sqrt: percent(sqrt), temperature: percent(temperature), none: percent(none) },
    ...{ count, even: percent(1 / Math.max(1, count)) },
  });
}

/** Says so where the library is too small for cosines to mean much; else null. */
export function fewView(engine: Engine, t: Translate): string | null {
  const passages = fewPassages(engine);
  return passages === null ? null : t('self.few', { passages, most: LSA_DEFAULTS.dimension });
}

/** Which row is worked out. Only sentences are known to be headings or questions. */
function centralText(of: DocumentSelfAttention['of'], t: Translate): string {
  return t(of === 'sentences' ? 'self.row.central.sentences' : 'self.row.central');
}

/** What the divisors are for. A map of passages has no links to words. */
function divisorsText(of: DocumentSelfAttention['of'], t: Translate): string {
  const values = { sentences: SENTENCES_TEMPERATURE, words: WORDS_TEMPERATURE };
  const why = t('self.divisors', values);
  return of === 'passages' ? why : `${why} ${t('self.divisors.words', values)}`;
}

/** The divisor of the dot products, as a formula and as numbers: √dₖ and √64 = 8. */
function divisorText({ scaling, dimension, temperature, divisor }: DocumentSelfAttention) {
  if (scaling === 'none') return { of: '1', value: null };
  const number = plain(divisor, 2);
  return scaling === 'sqrt'
    ? { of: '√dₖ', value: `√dₖ = √${dimension} = ${number}` }
    : { of: '(dₖ · T)', value: `dₖ · T = ${dimension} · ${temperature} = ${number}` };
}

/** View model of one row step by step: from dot products to weights, from values to the output. */
function workedRow(
  { row, of, cosines, scaling, dimension, divisor, temperature }: DocumentSelfAttention,
  texts: readonly string[],
  mentions: readonly string[],
  hrefOf: (row: number) => string,
  t: Translate,
) {
  if (!row) return null;
  const { unit, keys } = row;
  const first = (vector: readonly number[]) => vector.slice(0, FIRST).map((one) => decimal(one, 2));
  const before = cosines[unit] ?? [];
  const gains = keys.map(({ after }, j) => after - (before[j] ?? 0));
  const moved = gains.indexOf(Math.max(...gains));
  return {
    unit,
    name: of === 'words' ? `“${mentions[unit]}”` : String(unit + 1),
    asking: of === 'words' ? `q = “${mentions[unit]}”` : t('self.row.asking', { name: unit + 1 }),
    text: texts[unit] ?? '',
    divisor: plain(divisor, 2),
    shift: decimal(Math.max(...keys.map(({ scaled }) => scaled)), 4),
    sum: decimal(row.sum, 4),
    scalings: SCALINGS.map((name) => ({
      divisor: `${name === 'sqrt' ? '√dₖ = ' : name === 'temperature' ? 'dₖ · T = ' : ''}${plain(divisorOf(name, dimension, temperature), 2)}`,
      current: name === scaling,
    })),
    keys: keys.map((key, j) => ({
      name: mentions[j] ?? '',
      href: hrefOf(j),
      current: j === unit,
      product: decimal(key.product, 3),
      scaled: decimal(key.scaled, 4),
      exp: decimal(key.exp, 4),
      weight: decimal(key.weight, 4),
      weights: SCALINGS.map((name) => ({
        percent: percent(key.weights[name]),
        level: levelOf(key.weights[name]),
      })),
      value: first(key.value),
      before: decimal(before[j] ?? 0),
      after: decimal(key.after),
    })),
    query: first(keys[unit]?.value ?? []),
    output: first(row.output),
    places: Array.from({ length: Math.min(FIRST, dimension) }, (_, i) => i + 1),
    more: dimension > FIRST,
    valuesHint: t('self.row.values.hint', { d: dimension, shown: Math.min(FIRST, dimension) }),
    moved:
      (gains[moved] ?? 0) < 0.0005
        ? t('self.row.still')
        : t('self.row.moved', {
            name: mentions[moved] ?? '',
            before: decimal(before[moved] ?? 0),
            after: decimal(keys[moved]?.after ?? 0),
          }),
    terms: row.terms.map(({ term, weight, query }) => ({
      term,
      before: decimal(query),
      after: decimal(weight),
      more: weight - query >= 0.0005,
    })),
  };
}
