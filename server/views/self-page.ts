import type { Engine } from '../../lib/engine.ts';
import { documentSelfAttention, type SelfAttentionOptions } from '../../lib/relations.ts';
import type { MessageKey, Translate } from '../i18n.ts';
import { type PageState, urlOf } from '../urls.ts';
import { type Heat, heatCell } from './heat.ts';
import { percent } from './numbers.ts';

const SCALINGS = ['sqrt', 'temperature', 'none'] as const;
const LABEL_LENGTH = 40;
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
  const label = (text: string, i: number) => (self.of === 'words' ? text : `${i + 1} ${clip(text)}`);
  const order = self.received.map((share, i) => ({ share, i })).sort((a, b) => b.share - a.share);
  const heat: Heat = {
    label: t('self.title'),
    caption: t('self.caption'),
    corner: t('self.corner'),
    columns: self.units.map(({ text }, i) => ({
      label: self.of === 'words' ? text : String(i + 1),
      href: null,
    })),
    rows: self.units.map(({ text }, i) => ({
      label: label(text, i),
      href: self.of === 'sentences' ? href({ sentence: i }) : null,
      cells: (self.weights[i] ?? []).map((weight, j) =>
        heatCell(weight, label(text, i), label(self.units[j]?.text ?? '', j), true),
      ),
    })),
  };
  return {
    t,
    title: self.title,
    of: self.of,
    back: urlOf(`/documents/${id}`, state),
    whole: self.of === 'words' ? href({ sentence: undefined }) : null,
    sentence: self.of === 'words' ? self.units.map(({ text }) => text).join(' ') : null,
    scalings: SCALINGS.map((name) => ({
      label: t(`self.scaling.${name}` satisfies MessageKey),
      href: href({ scaling: name }),
      current: name === self.scaling,
    })),
    divisor: self.divisor.toFixed(2),
    heat: self.units.length > 1 ? heat : null,
    most:
      self.of === 'words'
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

function clip(text: string): string {
  const characters = [...text.replace(/\s+/g, ' ')];
  return characters.length > LABEL_LENGTH
    ? `${characters.slice(0, LABEL_LENGTH - 1).join('')}…`
    : characters.join('');
}
