import type { Engine } from '../../lib/engine.ts';
import { readFor } from '../../lib/read.ts';
import { respond } from '../../lib/search.ts';
import type { Language, Translate } from '../i18n.ts';
import { type PageState, urlOf } from '../urls.ts';
import { examplesOf } from './examples.ts';
import { excerptOf } from './excerpt.ts';
import { lookView } from './look.ts';
import { titleOf } from './titles.ts';

/** Documents in the picture of the empty page. */
const SHOWN = 5;

/** View model of the empty page: example queries, and the picture of the tour's query. */
export function welcomeView(engine: Engine, state: PageState, language: Language, t: Translate) {
  return engine.snapshot(() => {
    const { queries, tour } = examplesOf(engine, language);
    const hrefOf = (q: string) => urlOf('/', { ...state, q, without: [] });
    return {
      examples: queries.map((text) => ({ text, href: hrefOf(text) })),
      tour: urlOf('/tour', { ...state, q: '', without: [] }),
      shown: pictureOf(engine, tour, hrefOf, t),
    };
  });
}

/** The picture; null unless the verdict is strong. */
function pictureOf(engine: Engine, q: string, hrefOf: (q: string) => string, t: Translate) {
  if (engine.status().documents === 0) return null;
  const run = engine.attend(q, { limit: SHOWN });
  const response = respond(engine, run);
  if (response.attention.verdict !== 'strong') return null;
  const rows = response.results.map(({ id, title, uri, weight, logit, passage }) => {
    const { content, language } = readFor(engine, run, id).document;
    const { sentence } = excerptOf(content, passage);
    return {
      id,
      title: titleOf({ title, uri }),
      language,
      weight,
      logit,
      sentence,
      href: `${hrefOf(q)}#d${id}`,
    };
  });
  return { q, href: hrefOf(q), look: lookView(rows, response, t) };
}
