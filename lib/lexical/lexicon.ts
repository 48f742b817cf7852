import { readFileSync } from 'node:fs';
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
 * Whether English has the word, however it is inflected. The 93,000 words are read at first use (60 ms) and kept as
 * hashes (360 KB): of words that are none, one in 46,000 has the hash of one.
 */
export function isEnglish(word: string): boolean {
  if (SLIPS.has(word)) return false;
  hashes ??= hashesOf(readFileSync(createRequire(import.meta.url).resolve(FILE), 'utf8'));
  return positionOf(hashes, fnv1a(word)) >= 0;
}

function hashesOf(lexicon: string): Int32Array {
  const words = Object.keys(JSON.parse(lexicon) as Record<string, unknown>);
  return Int32Array.from(words, (word) => fnv1a(word.toLowerCase())).sort();
}
