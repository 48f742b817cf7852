/** The formats a reader exists for; a document keeps it so that a page can render the source. */
export type DocumentFormat = 'markdown' | 'text' | 'html' | 'json' | 'csv' | 'pdf';

/**
 * One document as it goes into the index: the title becomes the key, the content the value.
 *
 * `content` is plain readable text (no markup), and every offset the engine ever returns
 * indexes it in UTF-16 units, half a surrogate pair and NUL being stored as U+FFFD.
 * `source` is the original text where a page can render it better, or what tells its headings.
 */
export interface DocumentInput {
  /** Identity within the index: a path, or path#row for files that hold many documents. */
  readonly uri: string;
  readonly title: string;
  readonly content: string;
  readonly format: DocumentFormat;
  /** The original Markdown, when it differs from `content`; of HTML the lines that are headings, each after `# `. */
  readonly source?: string;
  /** Searched like a word of the content, as are the folders of a path. */
  readonly tags?: readonly string[];
  /** What it says of itself besides, searched like tags. */
  readonly properties?: readonly Property[];
  /** Other names of the document, searched like the title. */
  readonly aliases?: readonly string[];
  /** ISO 8601, a day or an instant. */
  readonly date?: string;
  /** Targets of wikilinks and relative links, as written, without the #heading. */
  readonly links?: readonly string[];
}

/** One property of a document; those of a list follow each other with the same name. */
export interface Property {
  readonly name: string;
  readonly value: string;
}

/** What a document may be found by besides its text; a note can have tags without end. */
const LABELS = { tags: 100, tag: 200, folders: 1000, properties: 2000, property: 500 } as const;

/** The folders that a path leads through, with the slashes between them; none of an address on the web. */
export function foldersOf(uri: string): string {
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(uri)) return '';
  const [file = ''] = uri.split(/(?<=\.(?:jsonl?|ndjson|csv|tsv))#/i, 1); // the id of a record is no path
  return file.slice(0, Math.max(0, file.lastIndexOf('/'))).slice(0, LABELS.folders);
}

/** Those tags by which a document is found: the first hundred that are no longer than people write them. */
export function searchedTags(tags: readonly string[]): readonly string[] {
  return tags.filter((tag) => tag.length <= LABELS.tag).slice(0, LABELS.tags);
}

/**
 * Those properties by which a document is found, with their words: the first 2,000 characters, of each value the first 500.
 * The name of a list is a word of its first value.
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
