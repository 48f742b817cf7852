import type { Language } from '../i18n.ts';

interface Formats {
  readonly number: Intl.NumberFormat;
  readonly time: Intl.DateTimeFormat;
}

const formats = new Map<Language, Formats>();

/** Made when first asked for, and once: making them takes longer than a tenth of a page. */
export function formatsOf(language: Language): Formats {
  const known = formats.get(language);
  if (known) return known;
  const made = {
    number: new Intl.NumberFormat(language),
    time: new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }),
  };
  formats.set(language, made);
  return made;
}
