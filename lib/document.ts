/** The formats that a reader exists for. A document keeps its format so that a page can render the source. */
export type DocumentFormat = 'markdown' | 'text' | 'html' | 'json' | 'csv' | 'pdf';

/**
 * One document to index: the title becomes the key, the content the value.
 *
 * `content` is plain readable text without markup. All offsets in responses index it in UTF-16 units. Lone
 * surrogates and NUL are stored as U+FFFD, which changes no offset.
 */
export interface DocumentInput {
  /** Identity within the index: a path, or path#row in files that hold many documents. Not empty. */
  readonly uri: string;
  /** At most 1,000 UTF-16 units; may be ''. */
  readonly title: string;
  readonly content: string;
  readonly format: DocumentFormat;
  /**
   * The original Markdown where it differs from `content`, so that a page can render it; for HTML, the headings as
   * lines that start with `# `.
   */
  readonly source?: string;
  /** Searched like words of the content, as are the folders of a path; the first 100 of at most 200 characters. */
  readonly tags?: readonly string[];
  /** Further metadata, searched like tags; the first 2,000 characters, and the first 500 of each value. */
  readonly properties?: readonly Property[];
  /**
   * Other names of the document, whose words weigh as those of the title do in the head `words`; the first 100 of at most
   * 1,000 characters.
   */
  readonly aliases?: readonly string[];
  /** ISO 8601: a day, or a day and time, which is stored in UTC. */
  readonly date?: string;
  /** Targets of wikilinks and relative links, as written, without the #heading; the first 10,000 are stored. */
  readonly links?: readonly string[];
}

/** One property of a document. A list is several properties in a row with the same name. */
export interface Property {
  readonly name: string;
  readonly value: string;
}

/**
 * Limits on the metadata searched, because a note can have any number of tags. In UTF-16 units, but `tags` and
 * `aliases` are counts.
 */
const LABELS = {
  ...{ aliases: 100, alias: 1000, tags: 100, tag: 200 },
  ...{ folders: 1000, properties: 2000, property: 500 },
} as const;

/** Most links stored of a document: a million of them take half a second to read. */
export const MOST_LINKS = 10_000;

/** The folders of a path, with the slashes between them; '' for a web address. */
export function foldersOf(uri: string): string {
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(uri)) return '';
  const [file = ''] = uri.split(/(?<=\.(?:jsonl?|ndjson|csv|tsv))#/i, 1); // the id of a record is not part of the path
  return file.slice(0, Math.max(0, file.lastIndexOf('/'))).slice(0, LABELS.folders);
}

/** The aliases that are searched: the first 100 of those no longer than a title may be. */
export function searchedAliases(aliases: readonly string[]): readonly string[] {
  return aliases.filter((alias) => alias.length <= LABELS.alias).slice(0, LABELS.aliases);
}

/** The tags that are searched: the first 100 of those of ordinary length. */
export function searchedTags(tags: readonly string[]): readonly string[] {
  return tags.filter((tag) => tag.length <= LABELS.tag).slice(0, LABELS.tags);
}

/**
 * The properties that are searched, with their words: the first 2,000 characters in all, and 500 of each value. The
 * name of a list is among the words of its first value only.
 */
export function searchedProperties(
  properties: readonly Property[],
): readonly (Property & { readonly words: string })[] {
  let left: number = LABELS.properties;
  return properties
    .map(({ name, value: whole }, i) => {
      const value = whole.slice(0, LABELS.property);
      return { name, value, words: properties[i - 1]?.name === name ? value : `${name}\n${value}` };
    })
    .filter(({ words }) => {
      left -= words.length;
      return left >= 0;
    });
}
