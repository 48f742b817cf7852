import type { Engine } from '../../lib/engine.ts';
import {
  type DocumentSelfAttention,
  documentSelfAttention,
  type SelfAttentionOptions,
} from '../../lib/relations.ts';
import { sentenceOf } from '../../lib/units.ts';
import type { MessageKey, Translate } from '../i18n.ts';
import { type PageState, urlOf } from '../urls.ts';
import { clip, type Heat, selfCell } from './heat.ts';
import { percent, plain } from './numbers.ts';

const SCALINGS = ['sqrt', 'temperature', 'none'] as const;
/** Letters of a sentence: as the name of a row, which the page shortens to its room, and as part of a cell's title. */
const NAME_LENGTH = 240;
const MENTION_LENGTH = 40;
/** Sentences named as those that receive most attention. */
const SUMMARY = 3;

/** A document attending to itself: the map, what the scaling does, and the words of one sentence. */
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
  const href = (change: { scaling?: string; sentence?: number | undefined }) => {
    const chosen = 'sentence' in change ? change.sentence : sentence;
    return urlOf(
      path,
      plain,
      {},
      {
        scaling: change.scaling ?? self.scaling,
        ...(chosen === undefined ? {} : { sentence: String(chosen) }),
      },
    );
  };
  const isWords = self.of === 'words';
  const mentions = self.units.map(({ text }, i) =>
    isWords ? text : `${i + 1} ${clip(text, MENTION_LENGTH)}`,
  );
  const order = self.received.map((share, i) => ({ share, i })).sort((a, b) => b.share - a.share);
  const heat: Heat = {
    label: t('self.title'),
    caption: t('self.caption'),
    corner: t(`self.corner.${self.of}`),
    ...(isWords ? {} : { kind: 'numbered' }),
    columns: self.units.map(({ text }, i) => ({ label: isWords ? text : String(i + 1), href: null })),
    rows: self.units.map(({ text, number }, i) => ({
      ...(isWords ? { label: text } : { number: i + 1, label: clip(text, NAME_LENGTH) }),
      href: self.of === 'sentences' ? href({ sentence: number }) : null,
      cells: mentions.map((mention, j) => selfCell(self, [i, j], [mentions[i] ?? '', mention])),
    })),
  };
  return {
    title: self.title,
    of: self.of,
    back: urlOf(`/documents/${id}`, state),
    text: t(`self.text.${self.of}`),
    whole: isWords ? href({ sentence: undefined }) : null,
    sentence: sentence === undefined ? null : sentenceOf(engine, id, sentence),
    scalings: SCALINGS.map((name) => ({
      label: t(`self.scaling.${name}` satisfies MessageKey),
      href: href({ scaling: name }),
      current: name === self.scaling,
    })),
    divisor: divisorText(self),
    vectors: t('self.vectors', { d: self.dimension }),
    heat: self.units.length > 1 ? heat : null,
    leftOut: self.leftOut > 0 ? t('self.left', { count: self.leftOut }) : null,
    most:
      isWords || self.units.length < 2
        ? []
        : order.slice(0, SUMMARY).map(({ share, i }) => ({
            text: self.units[i]?.text ?? '',
            percent: percent(share),
            href: urlOf(
              `/documents/${id}`,
              state,
              {},
              {
                start: String(self.units[i]?.start ?? 0),
                end: String(self.units[i]?.end ?? 0),
              },
            ),
          })),
  };
}

/** What dot products are divided by, as the paper writes it and as a number: √64 and 8. */
function divisorText({ scaling, dimension, temperature, divisor }: DocumentSelfAttention) {
  if (scaling === 'none') return { of: '1', value: null };
  const of = scaling === 'sqrt' ? `√${dimension}` : `(${dimension} · ${temperature})`;
  return { of, value: plain(divisor, 2) };
}
