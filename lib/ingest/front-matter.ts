import { isMap, parseDocument } from 'yaml';
import type { Property } from '../document.ts';
import { isoDate } from './dates.ts';
import { propertiesOf } from './properties.ts';
import { asNames, asTags } from './records.ts';
import { clipTitle, isTemplate } from './titles.ts';

/** The metadata of a note, and the text below it. */
export interface FrontMatter {
  /** '' if not given. */
  readonly title: string;
  readonly tags: readonly string[];
  readonly aliases: readonly string[];
  readonly date: string | null;
  /** All other fields. */
  readonly properties: readonly Property[];
  /** Whether Excalidraw draws the note. */
  readonly isDrawing: boolean;
  readonly body: string;
  readonly warning: string | null;
}

/** The front matter of a note without any. */
export const NO_FRONT_MATTER = {
  title: '',
  tags: [],
  aliases: [],
  date: null,
  properties: [],
  isDrawing: false,
  warning: null,
} as const satisfies Omit<FrontMatter, 'body'>;

/** Most characters of a block. A longer one is a mistake, and YAML parses slowly. */
const LONGEST = 64 * 1024;
/** Most aliases (*a). Each is looked up among all anchors: 4,000 of them took 14 s. */
const MOST_ALIASES = 50;
const YAML = {
  // Keeps every scalar as written: `title: 1.10` must not become a number, nor `date: 2024-05-01` a Date.
  schema: 'failsafe',
  uniqueKeys: false,
  logLevel: 'silent',
  // Quoting the lines around each of 20,000 errors took 4 s; the position of the first is enough.
  prettyErrors: false,
} as const;
const OPENING = /^---[ \t]*\n/;
const CLOSING = /^(?:---|\.\.\.)[ \t]*$/gm;

/**
 * Splits the YAML between --- and --- from the body of a note. After malformed YAML, a plain `title:` line still
 * counts, everything else in the block is ignored, and there is a warning. A block without any `key:` is not front
 * matter, but text between two horizontal rules.
 *
 * @param text  with \n line ends
 */
export function readFrontMatter(text: string): FrontMatter {
  const opening = OPENING.exec(text);
  if (!opening) return empty(text, null);
  CLOSING.lastIndex = opening[0].length;
  const closing = CLOSING.exec(text);
  const yaml = text.slice(opening[0].length, closing?.index ?? opening[0].length + LONGEST);
  if (!hasKey(yaml)) {
    const blank = closing !== null && yaml.trim() === '';
    return empty(blank ? text.slice(closing.index + closing[0].length) : text, null);
  }
  if (!closing) return empty(text, 'the front matter is never closed with ---; it counts as text');
  const body = text.slice(closing.index + closing[0].length);
  if (yaml.length > LONGEST)
    return empty(body, `the front matter is over ${LONGEST} characters and is left out`);
  return { ...readYaml(yaml), body };
}

function hasKey(yaml: string): boolean {
  const line = yaml
    .split('\n')
    .find((written) => written.trim() !== '' && !written.trimStart().startsWith('#'));
  return /^\s*["'{]?[\p{L}_][^:\n]{0,60}:(?:\s|$)/u.test(line?.slice(0, 100) ?? '');
}

function readYaml(yaml: string): Omit<FrontMatter, 'body'> {
  if (yaml.split(/[\s,[]\*/).length > MOST_ALIASES) return salvage(yaml, 'it has too many aliases');
  try {
    const parsed = parseDocument(yaml, YAML);
    const error = parsed.errors[0];
    if (error) {
      // Line in the note, whose first line is the --- before the YAML.
      const line = yaml.slice(0, error.pos[0]).split('\n').length + 1;
      return salvage(yaml, `line ${line}, ${error.code.toLowerCase().replaceAll('_', ' ')}`);
    }
    if (!isMap(parsed.contents)) return salvage(yaml, 'it is no list of key: value');
    return fromFields(parsed.toJS({ mapAsMap: true, maxAliasCount: 100 }));
  } catch (error) {
    // Nested too deeply for the parser's recursion, or aliases that multiply.
    return salvage(
      yaml,
      error instanceof RangeError ? 'it is nested too deeply' : 'its aliases cannot be resolved',
    );
  }
}

const TAGS = ['tags', 'tag', 'keywords'];
const ALIASES = ['aliases', 'alias'];
const DATES = ['date', 'created', 'published', 'updated'];

function fromFields(map: ReadonlyMap<unknown, unknown>): Omit<FrontMatter, 'body'> {
  const entries = Array.from(map, ([key, value]) => [String(key), value] as const);
  const fields = new Map(entries.map(([key, value]) => [key.toLowerCase(), value]));
  const text = (name: string) => {
    const value = fields.get(name);
    return typeof value === 'string' && value !== '~' && value !== 'null' ? value : '';
  };
  const named = (names: readonly string[]) => names.find((name) => (fields.get(name) ?? null) !== null) ?? '';
  const [tags, aliases] = [named(TAGS), named(ALIASES)];
  const dates = new Map(DATES.map((name) => [name, isoDate(text(name))]));
  const isRead = (name: string) =>
    ['title', tags, aliases].includes(name) || (dates.get(name) ?? null) !== null;
  return {
    title: titleOf(text('title')),
    tags: asTags(fields.get(tags)),
    aliases: asNames(fields.get(aliases)),
    date: [...dates.values()].find((date) => date !== null) ?? null,
    isDrawing: fields.has('excalidraw-plugin'),
    properties: propertiesOf(entries.filter(([name]) => !isRead(name.toLowerCase()))),
    warning: null,
  };
}

function titleOf(written: string): string {
  return isTemplate(written) ? '' : clipTitle(written);
}

/**
 * Saves the title line of a block that is not valid YAML; the most common error is an unquoted colon in the title.
 */
function salvage(yaml: string, reason: string): Omit<FrontMatter, 'body'> {
  const title = /^title:[ \t]+(.+)$/im.exec(yaml)?.[1] ?? '';
  const unquoted = title.trim().replace(/^(["'])(.*)\1$/, '$2');
  const warning = `malformed front matter (${reason}); its properties are left out`;
  return { ...NO_FRONT_MATTER, title: titleOf(unquoted), warning };
}

function empty(body: string, warning: string | null): FrontMatter {
  return { ...NO_FRONT_MATTER, body, warning };
}
