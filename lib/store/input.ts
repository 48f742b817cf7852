import type { DocumentFormat, DocumentInput } from '../document.ts';
import type { StoredDocument } from './store.ts';

/** A stored document as it was handed over. */
export function inputOf(stored: StoredDocument): DocumentInput {
  const { uri, title, content, format, source, date, tags, aliases, links } = stored;
  return {
    ...{ uri, title, content, tags, aliases, links, format: format as DocumentFormat },
    ...(source === null ? {} : { source }),
    ...(date === null ? {} : { date }),
  };
}
