import type { Language } from '../i18n.ts';

interface Formats {
  readonly number: Intl.NumberFormat;
  readonly time: Intl.DateTimeFormat;
}

const formats: Partial<Record<Language, Formats>> = {};

/** The cached formatters of a language. Creating them takes longer than a tenth of a page. */
export function formatsOf(language: Language): Formats {
  formats[language] ??= {
    number: new Intl.NumberFormat(language),
    time: new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }),
  };
  return formats[language];
}

/** A stored timestamp as its readers write it. */
export function timeIn(language: Language, moment: string): string {
  const time = formatsOf(language).time.format(new Date(moment));
  // Some versions of ICU write AM and PM in Korean dates.
  return language === 'ko' ? time.replace('AM', '오전').replace('PM', '오후') : time;
}
