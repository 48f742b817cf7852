import type { Property } from '../document.ts';
import { readWikilink } from './markdown/inlines.ts';
import { cleanLine } from './plain-text.ts';
import { isTemplate } from './titles.ts';

/** Fields for programs only: settings, identifiers and appearance. */
const SETTING =
  /^(?:_?id|uu?id|guid|css-?class(?:es)?|banner.*|cover|icon|image|thumbnail|colou?r|publish|permalink|slug|layout|template|position|.*-plugin|(?:excalidraw|kanban|dg|sr)-.*)$/i;
/** Values that nobody would search for: empty ones, colours, UUIDs, hashes and data. */
const MACHINE =
  /^(?:|~|null|false|#(?:[\da-f]{3}|[\da-f]{6}|[\da-f]{8})|(?:rgb|hsl)a?\(.*\)|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|[\da-f]{16,}|data:.*)$/i;
/** A long run without spaces and with digits scattered all over, more than in a date or a path. */
const ENCODED = /^(?=.{32})\D*(?:\d+\D+){3}\d/;
/** Most properties of a note, because hostile YAML can multiply them. */
const MOST = 1000;
export const LONGEST_NAME = 100;

/**
 * The values of a record or front matter that are words for people, each with the name of its field: scalars, items of lists,
 * and values of nested objects under `name.key`. [[Links]] are replaced by what they display.
 *
 * @param settings names of fields that are for programs only
 */
export function propertiesOf(
  fields: Iterable<readonly [string, unknown]>,
  settings: RegExp = SETTING,
): Property[] {
  const found: Property[] = [];
  const add = (name: string, value: unknown, isNested: boolean): void => {
    if (found.length >= MOST || name.length > LONGEST_NAME || settings.test(name)) return;
    if (Array.isArray(value)) for (const item of value) add(name, item, isNested);
    else if (value instanceof Map && !isNested)
      for (const [key, part] of value) add(`${name}.${cleanLine(String(key))}`, part, true);
    else if (typeof value === 'string') {
      const text = cleanLine(
        value.replace(/!?\[\[([^[\]]*)\]\]/g, (_, link: string) => readWikilink(link).shown),
      );
      if (!isMachine(text) && !isTemplate(text)) found.push({ name, value: text });
    }
  };
  for (const [name, value] of fields) add(cleanLine(name), value, false);
  return found;
}

/** Whether nobody would search for a value. */
export function isMachine(text: string): boolean {
  return MACHINE.test(text) || (/^[\w+/-]+=*$/.test(text) && ENCODED.test(text));
}
