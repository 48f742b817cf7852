import type { Translate } from '../i18n.ts';

/** The common kinds of callouts by the colour they share. Any other kind has the colour of a note. */
const COLOURS: Readonly<Record<string, readonly string[]>> = {
  tip: ['tip', 'hint', 'important', 'success', 'check', 'done'],
  warning: ['warning', 'caution', 'attention', 'question', 'help', 'faq'],
  danger: ['danger', 'error', 'bug', 'failure', 'fail', 'missing'],
  example: ['example'],
  quote: ['quote', 'cite'],
};

/** CSS classes of a callout. */
export function calloutClass(kind: string): string {
  const [colour] = Object.entries(COLOURS).find(([, kinds]) => kinds.includes(kind.toLowerCase())) ?? [];
  return colour === undefined ? 'callout' : `callout callout-${colour}`;
}

/** The title of a callout without one: its kind, in the language of the page where that has a word for it. */
export function calloutTitle(kind: string, t: Translate): string {
  const names = t('document.callouts')
    .split('\n')
    .map((line) => line.split(' = '));
  const [, name] = names.find(([written]) => written === kind.toLowerCase()) ?? [];
  return name ?? `${kind.slice(0, 1).toUpperCase()}${kind.slice(1).toLowerCase()}`;
}
