import { MEANING_ODDS } from '../../lib/attention/scaling.ts';
import type { Explanation } from '../../lib/explain/explain.ts';
import { BM25_DEFAULTS, pivotLength } from '../../lib/lexical/bm25.ts';
import { dampedLength } from '../../lib/lexical/postings.ts';
import { weightOf } from '../../lib/math/softmax.ts';
import { positionOf } from '../../lib/math/sorted.ts';
import type { Run } from '../../lib/query/query.ts';
import { TITLE_WEIGHT } from '../../lib/store/arrays.ts';
import type { MessageKey, Translate } from '../i18n.ts';
import { decimal, plain, rounding, significant, total } from './numbers.ts';

/** Decimals of products and of their sum where T is at least 1. */
const DECIMALS = 4;

/** The sum of all weights, which the maths of every result ends with. */
export function totalView({ record }: Run, listed: readonly { readonly weight: number }[]) {
  const { softmax, temperature, logits } = record;
  // Summed independently: 1 minus the rest would prove nothing.
  let all = 0;
  for (let i = 0; i < logits.length; i++) all += weightOf(logits[i] as number, temperature, softmax);
  const shown = listed.reduce((sum, { weight }) => sum + weight, 0);
  return total(shown, Math.max(0, all - shown), softmax.nothing);
}

/**
 * View model of the arithmetic of one weight, with enough digits to redo it by hand. The larger the other
 * factors of a product, the more decimals a factor gets, so that results recomputed from the page differ
 * in the last digit at most.
 */
export function mathsView(
  run: Run,
  explanation: Explanation,
  { labelOf, wordOf, totals }: MathsNames,
  t: Translate,
) {
  const { coefficients, record, query } = run;
  const { bias, heads, weight, shift, sum } = explanation;
  const said = logitView(run, explanation, labelOf);
  return {
    ...said,
    notes: [
      t('maths.coefficients'),
      coefficients.breadth === query.explained
        ? t('maths.x', { x: said.x })
        : t('maths.x.less', { x: said.x, explained: decimal(query.explained, DECIMALS) }),
      isOn(heads, 'title') && titleNote(explanation, t),
      t('maths.sharpness', {
        documents: run.documents,
        slope: plain(coefficients.slope, DECIMALS),
        x: said.x,
        sharpness: said.sharpness,
      }),
      coefficients.isTextbook && t('maths.textbook'),
      said.isMultiplied && t('maths.multipliers', { share: said.share ?? '1' }),
      t('maths.same'),
      bias.doubt < 0 && t('maths.doubt.what'),
      coefficients.lengthGain > 1 &&
        t('maths.lengthGain', { length: query.length, gain: decimal(coefficients.lengthGain, DECIMALS) }),
      coefficients.trust < 1 &&
        t('maths.trust', {
          length: decimal(coefficients.textLength, 2),
          trust: decimal(coefficients.trust, DECIMALS),
        }),
    ].filter((note) => typeof note === 'string'),
    temperature: record.temperature,
    scaled: decimal(explanation.scaled, DECIMALS),
    shift: decimal(shift, DECIMALS),
    exp: significant(explanation.exp),
    sum: significant(sum, 5),
    documents: run.documents,
    nothing: significant(Math.exp(-shift)),
    weight: significant(weight),
    total: totals,
    cosines: cosinesView(run, explanation, wordOf, t),
    words: isOn(heads, 'words') ? wordsView(run, explanation, wordOf, t) : null,
  };
}

export function headLabel(name: string, t: Translate): string {
  return t(`head.${name}` as MessageKey);
}

/** The arithmetic from the scores to the logit. */
export function logitView(
  { options: { multipliers }, coefficients, record, query, documents }: Run,
  { bias, sharpness, heads, logit }: Explanation,
  labelOf: MathsNames['labelOf'],
) {
  const x = coefficients.breadth;
  const { on } = coefficients;
  const beta = x > 0 && on > 0 ? bias.explained / (x * on) : 0;
  const said = heads.reduce((sum, { product }) => sum + product, 0);
  // Dividing by a T below 1 magnifies rounding errors, so the logit needs more decimals.
  const decimals = DECIMALS + decimalsMore(1 / record.temperature);
  const fine = decimals + decimalsMore(sharpness);
  const sharp = decimals + decimalsMore(said / sharpness);
  const sharpnessText = decimal(sharpness, sharp);
  // x is a factor of the lift βx and occurs in κ, so both sensitivities set its decimals.
  const xText = plain(
    x,
    Math.max(decimals + decimalsMore(beta * on), sharp + decimalsMore(-coefficients.slope * sharpness)),
  );
  // A head that has no part in the calibration, as in textbook mode, has a = 0 and needs no multiplier.
  const multiplierOf = (name: string) => (coefficients.heads[name] === 0 ? 1 : (multipliers[name] ?? 1));
  const shareText = on < 1 ? decimal(on, decimals + decimalsMore(beta * x)) : null;
  return {
    x: xText,
    sharpness: sharpnessText,
    share: shareText,
    isMultiplied: heads.some(({ name }) => multiplierOf(name) !== 1),
    heads: heads.map(({ name, score, coefficient, product }) => {
      const m = multiplierOf(name);
      const a = (coefficients.heads[name] ?? 0) / sharpness;
      return {
        label: labelOf(name),
        of: [
          decimal(score, fine + decimalsMore(coefficient / sharpness)),
          plain(a, fine + decimalsMore(score * m)),
          ...(m === 1 ? [] : [String(m)]),
        ].join('\u00a0×\u00a0'),
        product: decimal(product / sharpness, fine),
      };
    }),
    said: {
      of: `${sharpnessText}\u00a0×\u00a0${decimal(said / sharpness, fine)}`,
      sum: decimal(said / sharpness, fine),
      value: decimal(said, decimals),
    },
    bias: decimal(bias.b, decimals),
    explained: {
      of: [plain(beta, decimals), ...(shareText === null ? [] : [shareText]), xText].join('\u00a0×\u00a0'),
      value: decimal(bias.explained, decimals),
    },
    doubt:
      bias.doubt < 0
        ? {
            of: `${plain((bias.doubt * query.length) / Math.log(MEANING_ODDS), 2)}\u00a0÷\u00a0${query.length}\u00a0×\u00a0ln\u00a0${MEANING_ODDS}`,
            value: decimal(bias.doubt, decimals),
          }
        : null,
    prior: { of: `−ln\u00a0${Math.max(1, documents)}`, value: decimal(bias.prior, decimals) },
    logit: decimal(logit, decimals),
  };
}

/** Names of heads and terms on the page, and the sum of all weights. */
export interface MathsNames {
  readonly labelOf: (head: string) => string;
  readonly wordOf: (term: string) => string;
  readonly totals: ReturnType<typeof total>;
}

/** Extra decimals that a factor needs when the other factors multiply to `factor`. */
function decimalsMore(factor: number): number {
  return factor > 1 ? Math.round(Math.log10(factor)) : 0;
}

function cosinesView(
  { query: { explained: x } }: Run,
  explanation: Explanation,
  wordOf: (term: string) => string,
  t: Translate,
) {
  const { cosines, feedback, heads } = explanation;
  const shown = Object.entries({ ...cosines, ...(feedback ? { feedback } : {}) });
  return shown
    .filter(([name]) => isOn(heads, name))
    .map(([name, parts]) => {
      const score = heads.find((head) => head.name === name)?.score ?? 0;
      const isTerms = name !== 'feedback';
      return {
        label: t(`maths.cosine.${name}` as MessageKey),
        formula: formulaOf(name, score, x, explanation),
        of: t(isTerms ? 'maths.term' : 'maths.document'),
        terms: parts.terms
          .filter(({ contribution }) => isVisible(contribution))
          .map(({ term, contribution }) => ({
            term: isTerms ? wordOf(term) : term,
            value: decimal(contribution, DECIMALS),
          })),
        rounding: rounding(
          parts.terms.map(({ contribution }) => contribution),
          score,
          DECIMALS,
        ),
        score: decimal(score, DECIMALS),
      };
    });
}

function titleNote({ standIn, overlap }: Explanation, t: Translate): string {
  return standIn === null
    ? t('maths.overlap', { overlap: decimal(overlap, DECIMALS) })
    : t('maths.standIn', { ratio: decimal(standIn, DECIMALS) });
}

/** Whether a head is on. One that is off adds nothing to the sum. */
function isOn(heads: Explanation['heads'], name: string): boolean {
  return heads.find((head) => head.name === name)?.coefficient !== 0;
}

/**
 * The formula of a score with its numbers: x · cos + (1 − x) · L³ for a title, ρ · (content score) for a
 * missing title, x · cos for the content. Null for feedback and where x = 0.
 */
function formulaOf(
  name: string,
  score: number,
  x: number,
  { overlap, standIn, heads }: Pick<Explanation, 'overlap' | 'standIn' | 'heads'>,
): string | null {
  if (x === 0 || name === 'feedback') return null;
  if (name === 'title' && standIn !== null) {
    const content = heads.find((head) => head.name === 'content')?.score ?? 0;
    return `${decimal(standIn, DECIMALS)}\u00a0×\u00a0${decimal(content, DECIMALS)}`;
  }
  const title = name === 'title' ? titleScore(score, x, overlap) : null;
  if (title) return `${title.x}\u00a0×\u00a0${title.cosine} + ${title.rest}\u00a0×\u00a0${title.overlap}³`;
  return `${decimal(x, DECIMALS)}\u00a0×\u00a0${decimal(score / x, DECIMALS)}`;
}

/** The numbers of the title score x · cos + (1 − x) · L³. */
export function titleScore(score: number, x: number, overlap: number) {
  return {
    x: decimal(x, DECIMALS),
    cosine: decimal(x > 0 ? (score - (1 - x) * overlap ** 3) / x : 0, DECIMALS),
    rest: decimal(1 - x, DECIMALS),
    overlap: decimal(overlap, DECIMALS),
    score: decimal(score, DECIMALS),
  };
}

/** The BM25 share of each term, with the idf, tf and length needed to recompute it. */
function wordsView(
  { arrays, query }: Run,
  { id, words, heads }: Explanation,
  wordOf: (term: string) => string,
  t: Translate,
) {
  const { postings } = arrays;
  const { longLength } = postings;
  const { k1, b } = BM25_DEFAULTS;
  const length = postings.lengths[positionOf(arrays.ids, id)] ?? 0;
  const isBeside = (term: string) => query.terms.some((one) => one.term === term && one.asked === 0);
  // Related terms that were searched in addition and are not in this document contribute nothing.
  const shown = words.filter(({ term, share }) => share > 0 || !isBeside(term));
  const found = words.find(({ saturation }) => saturation > 0);
  const half = found ? found.frequency / found.saturation - found.frequency : 0;
  const asked = words.find(({ most }) => most > 0);
  const total = heads.find(({ name }) => name === 'words')?.score ?? 0;
  const beyond = words.reduce((sum, { share }) => sum + share, 0) - total;
  const beside = shown.filter(({ term }) => isBeside(term)).map(({ term }) => wordOf(term));
  const counted = shown.find(({ count }) => count !== 1)?.count;
  return {
    terms: shown.map(({ term, count, documents, idf, frequency, most, share }) => ({
      term: wordOf(term),
      // A term that shares its word with other terms or readings counts for less than a whole word.
      count: count === 1 ? '' : `×\u00a0${decimal(count, 2)}`,
      facts: `n\u00a0=\u00a0${documents}, idf\u00a0=\u00a0${decimal(idf, DECIMALS)}`,
      of: `${decimal(most, DECIMALS)}\u00a0×\u00a0${frequency}${frequency > 0 ? ` ÷\u00a0(${frequency}\u00a0+\u00a0${decimal(half, DECIMALS)})` : ''}`,
      share: decimal(share, DECIMALS),
    })),
    beyond: isVisible(beyond) ? decimal(-beyond, DECIMALS) : null,
    total: decimal(total, DECIMALS),
    notes: [
      asked &&
        t('maths.words.most', {
          documents: postings.documents,
          total: decimal((asked.count * asked.idf) / asked.most, DECIMALS),
        }),
      found &&
        t('maths.words.half', {
          ...{ k1, flat: 1 - b, b, half: decimal(half, DECIMALS), title: TITLE_WEIGHT },
          ...{ length: plain(length, 2), pivot: plain(pivotLength(postings, BM25_DEFAULTS), 2) },
        }),
      found && length > longLength && longNote({ length, longLength }, t),
      beside.length > 0 && t('maths.words.beside', { words: beside.join(', ') }),
      counted !== undefined && t('maths.words.count', { count: decimal(counted, 2) }),
    ].filter((note) => typeof note === 'string'),
  };
}

/** Explains why K is smaller than the full length of a long document would make it. */
function longNote({ length, longLength }: { length: number; longLength: number }, t: Translate): string {
  const whole = longLength * Math.exp(length / longLength - 1);
  const most = dampedLength(Number.POSITIVE_INFINITY, longLength);
  return length < most - 0.01
    ? t('maths.words.long', {
        from: plain(longLength, 1),
        length: plain(length, 2),
        whole: Math.round(whole),
      })
    : t('maths.words.longest', { length: plain(length, 2) });
}

/** Whether a part of a score shows a nonzero digit. */
function isVisible(part: number): boolean {
  return Number(part.toFixed(DECIMALS)) !== 0;
}
