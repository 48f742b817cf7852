import { closeSync, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { positionOf } from '../math/sorted.ts';
import { fnv1a } from './terms.ts';

/** An English lexicon with parts of speech, in the package `natural`. Only its words are used. */
const FILE = 'natural/lib/natural/brill_pos_tagger/data/English/lexicon_from_posjs.json';

/** Misspellings that the lexicon contains, because it was made from newspapers. */
const MISSPELLINGS = new Set(
  (
    'absense accidently accomodate adn agressive begining compatability enviroment existance expecially familar freind ' +
    'goverment governer hypocracy independant indispensible irresistable jewelery managment millenium mortage occured ' +
    'occuring offical orginally pavillion permanant publically questionaire seige similiar succesful sucess supercede ' +
    'suprise threshhold transfered whereever'
  ).split(' '),
);

let hashes: Int32Array | null = null;

/**
 * Whether a word, possibly inflected, is in the English lexicon.
 *
 * The 93,000 words are read at first use (55 ms) and kept as 32-bit hashes (360 KB). One in 46,000 other
 * words is taken for English because its hash collides.
 *
 * @param word in lower case
 */
export function isEnglish(word: string): boolean {
  if (MISSPELLINGS.has(word)) return false;
  hashes ??= hashesOf(createRequire(import.meta.url).resolve(FILE));
  return positionOf(hashes, fnv1a(word)) >= 0;
}

/** Bytes read at a time. */
const PART = 65_536;
/** A key of a JSON object. Strings in this file contain no line breaks, so a part may be cut at any of those. */
const NAME = /"((?:[^"\\\n]|\\.)*)"\s*:/g;

/**
 * Sorted hashes of the keys in an ASCII JSON file, read part by part. Parsing the file in one piece (4 MB of
 * text and its objects) left the process 14 MB larger for good: the C library keeps memory after such a peak.
 */
function hashesOf(path: string): Int32Array {
  const found: number[] = [];
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(PART);
    let rest = '';
    for (let read = PART; read > 0; ) {
      read = readSync(file, bytes);
      const text = rest + bytes.toString('latin1', 0, read);
      const end = read > 0 ? text.lastIndexOf('\n') + 1 : text.length;
      for (const [, name = ''] of text.slice(0, end).matchAll(NAME))
        found.push(fnv1a(name.replace(/\\(.)/g, '$1').toLowerCase()));
      rest = text.slice(end);
    }
  } finally {
    closeSync(file);
  }
  return Int32Array.from(found).sort();
}
