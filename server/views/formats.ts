import type { Language } from '../i18n.ts';

interface Formats {
  readonly number: Intl.NumberFormat;
  readonly time: Intl.DateTimeFormat;
}

const formats = new Map<Language, Formats>();

/** The cached formatters of a language. Creating them takes longer than a tenth of a page. */
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

/** A stored timestamp as its readers write it. */
export function timeIn(language: Language, moment: string): string {
  const time = formatsOf(language).time.format(new Date(moment));
  // Some versions of ICU write AM and PM in Korean dates.
  return language === 'ko' ? time.replace('AM', '오전').replace('PM', '오후') : time;
}
