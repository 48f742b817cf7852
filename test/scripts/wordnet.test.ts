import { expect, test } from 'vitest';
import { glossQueries } from '../../scripts/lib/bench-queries.ts';
import { readAtScale, readWordNet, SYNSETS } from '../../scripts/lib/wordnet.ts';

test('WordNet has 117,791 synsets, each with a title, a gloss and a uri of its own', () => {
  const uris = new Set<string>();
  for (const { uri, title, content } of readWordNet()) {
    uris.add(uri);
    if (title === '' || content === '' || title.includes('_'))
      throw new Error(`${uri}: ${title} | ${content}`);
  }
  expect(uris.size).toBe(SYNSETS);
});

test('documents beyond WordNet are combined from two synsets, the same ones each time', () => {
  const last = () => [...readAtScale(SYNSETS + 50)].slice(SYNSETS);
  const made = last();
  expect(made).toHaveLength(50);
  expect(made).toEqual(last());
  expect(new Set(made.map(({ uri }) => uri)).size).toBe(50);
  const titles = new Set(Array.from(readWordNet(), ({ title }) => title));
  for (const { title, content } of made) {
    expect(titles.has(title)).toBe(true);
    expect(content).not.toBe('');
  }
  expect([...readAtScale(3)]).toEqual([...readWordNet(3)]);
});

test('the first synset is entity, the noun everything else is a kind of', () => {
  expect([...readWordNet(1)]).toEqual([
    {
      uri: 'wordnet/n00001740',
      title: 'entity',
      content: expect.stringMatching(/^that which is perceived or known/),
      format: 'text',
    },
  ]);
});

test('lemmas are listed with spaces, and without the markers of adjectives', () => {
  const titles = new Set(Array.from(readWordNet(), ({ title }) => title));
  expect(titles.has('physical entity')).toBe(true);
  expect([...titles].filter((title) => /\((a|p|ip)\)/.test(title))).toEqual([]);
  expect([...titles].some((title) => /\bgalore\b/.test(title))).toBe(true);
});

test('bench queries have one to eight words of a gloss, are the same for a seed, and vary in length', () => {
  const queries = glossQueries(200, 2000, { seed: 5 });
  expect(queries).toEqual(glossQueries(200, 2000, { seed: 5 }));
  expect(queries).not.toEqual(glossQueries(200, 2000, { seed: 6 }));
  const lengths = queries.map((query) => query.split(' ').length);
  expect([...new Set(lengths)].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(queries.filter((query) => !/[\p{L}\p{N}]{4}/u.test(query))).toEqual([]);
});

test('bench queries have exactly as many words as asked for', () => {
  const queries = glossQueries(100, 2000, { words: 8 });
  expect(queries).toHaveLength(100);
  expect(new Set(queries.map((query) => query.split(' ').length))).toEqual(new Set([8]));
});
