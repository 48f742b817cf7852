import { closeSync, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { positionOf } from '../math/sorted.ts';
import { fnv1a } from './terms.ts';

/** Words of English with their parts of speech, in the package `natural`; only the words are looked at. */
const FILE = 'natural/lib/natural/brill_pos_tagger/data/English/lexicon_from_posjs.json';

/** Slips that are in it, because newspapers make them too. */
const SLIPS = new Set(
  (
    'absense accidently accomodate adn agressive begining compatability enviroment existance expecially familar freind ' +
    'goverment governer hypocracy independant indispensible irresistable jewelery managment millenium mortage occured ' +
    'occuring offical orginally pavillion permanant publically questionaire seige similiar succesful sucess supercede ' +
    'suprise threshhold transfered whereever'
  ).split(' '),
);

let hashes: Int32Array | null = null;

/**
 * Whether English has the word, however it is inflected. The 93,000 words are read at first use (55 ms) and kept as
 * hashes (360 KB): of words that are none, one in 46,000 has the hash of one.
 */
export function isEnglish(word: string): boolean {
  if (SLIPS.has(word)) return false;
  hashes ??= hashesOf(createRequire(import.meta.url).resolve(FILE));
  return positionOf(hashes, fnv1a(word)) >= 0;
}

/** Bytes read at a time. */
const PART = 65_536;
/** A name in JSON: strings of this file have no line breaks. */
const NAME = /"((?:[^"\\\n]|\\.)*)"\s*:/g;

/**
 * Of the names in a JSON file of ASCII, part by part. Where the file was parsed in one piece, 4 MB of text and what was
 * made of it, the C library, having given back as much at once, kept 14 MB more from then on.
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
