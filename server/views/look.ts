import { remainingWeight } from '../../lib/math/softmax.ts';
import type { SearchResponse } from '../../lib/response.ts';
import type { Translate } from '../i18n.ts';
import { clip } from './heat.ts';
import { onOneLine } from './marked.ts';
import { decimal, lineWidth, percent, plain } from './numbers.ts';

/**
 * Row height of the picture in SVG units, 16 of which are one em; views/styles.css gives rows the same
 * height. They grow with the text where a reader enlarges it.
 */
const ROW = 44;

/** Characters of a value, more than its two lines hold on most screens. */
const SNIPPET = 160;

/** A document in the picture. */
export interface Looked {
  readonly id: number;
  readonly title: string;
  readonly language: string;
  readonly weight: number;
  readonly logit: number;
  /** Shown as its value when the answer has no property or sentence of it. */
  readonly sentence: string;
  /** Target of the link on its key. */
  readonly href: string;
}

/**
 * View model of the attention picture: one row per document, then the other documents, then "nothing
 * here".
 */
export function lookView(results: readonly Looked[], { attention, answer }: SearchResponse, t: Translate) {
  const rest = attention.documents - results.length;
  const listed = results.reduce((sum, { weight }) => sum + weight, 0);
  const answering = answer.sentences.toSorted((a, b) => b.weight - a.weight);
  const stated = (id: number) => {
    const property = answer.properties.find(({ document }) => document === id);
    return property && `${property.name}: ${property.value}`;
  };
  const without = { id: null, language: null, snippet: '', href: null };
  const rows = [
    ...results.map(({ id, title, language, weight, logit, sentence, href }) => ({
      kind: 'document',
      logit: decimal(logit),
      snippet: clip(
        onOneLine(stated(id) ?? answering.find(({ document }) => document === id)?.text ?? sentence),
        SNIPPET,
      ),
      ...{ id, title, language, weight, href },
    })),
    ...(rest > 0
      ? [
          {
            ...without,
            kind: 'remainder',
            logit: null,
            title: t(results.length > 0 ? 'attention.remainder' : 'library.count', { count: rest }),
            weight: remainingWeight(attention.nothing.weight + listed),
          },
        ]
      : []),
    {
      ...without,
      kind: 'nothing',
      logit: '0',
      title: t('attention.nothing'),
      weight: attention.nothing.weight,
      snippet: t('attention.nothing.hint'),
    },
  ];
  const height = rows.length * ROW;
  return {
    height,
    titles: titlesAlone(attention),
    rows: rows.map((row, i) => {
      const y = i * ROW + ROW / 2;
      return {
        ...row,
        percent: percent(row.weight),
        bar: Math.max(0.4, 100 * row.weight),
        width: lineWidth(row.weight),
        path: `M0 ${height / 2} C 50 ${height / 2}, 50 ${y}, 100 ${y}`,
      };
    }),
  };
}

/** The numbers of the logit a · score + bias where only the title head is on (textbook mode); else null. */
function titlesAlone({ heads, bias }: SearchResponse['attention']) {
  const on = Object.entries(heads).filter(([, coefficient]) => coefficient !== 0);
  if (on.length !== 1 || on[0]?.[0] !== 'title') return null;
  return { a: plain(on[0][1], 2), bias: `${bias < 0 ? '−' : '+'} ${plain(Math.abs(bias), 2)}` };
}
