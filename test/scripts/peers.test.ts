import { describe, expect, test } from 'vitest';
import { createPeer, PEER_NAMES } from '../../scripts/peers/index.ts';
import type { PeerDocument } from '../../scripts/peers/peer.ts';

const DOCUMENTS: PeerDocument[] = [
  {
    id: 'tea',
    title: 'Brewing tea',
    text: 'Green leaves want water below the boiling point, for two minutes.',
  },
  { id: 'bread', title: 'Sourdough', text: 'A starter of flour and water raises the dough overnight.' },
  { id: 'comet', title: 'Comets', text: 'A tail of dust and gas points away from the sun.' },
  { id: 'piano', title: 'The piano', text: 'Hammers strike strings; dampers end the note.' },
  { id: 'moss', title: 'Moss', text: 'It has no roots and drinks through its green leaves.' },
  { id: 'zebra', title: 'Punctuation', text: 'Colons and wildcards in a query language' },
];

/** Query syntax of one engine or another; each has words of exactly one document. */
const SYNTAX = [
  'title:piano strings',
  'piano: what~3 ^2?',
  '+piano -strings',
  '"piano strings',
  'piano* *strings',
  "piano's (hammers) OR [dampers] AND {note}",
  'NEAR(piano strings)',
  'piano \\ hammers',
  'unknownfield: piano',
];

describe.each(PEER_NAMES)('%s', (name) => {
  async function ready() {
    const peer = await createPeer(name);
    await peer.index(DOCUMENTS);
    return peer;
  }

  test('finds the obvious document first, by title and by text', async () => {
    const peer = await ready();
    expect((await peer.search('comets', 10))[0]).toBe('comet');
    expect((await peer.search('flour', 10))[0]).toBe('bread');
    peer.close?.();
  });

  test('one matching word of a question is enough', async () => {
    const peer = await ready();
    expect(await peer.search('please explain sourdough thoroughly', 10)).toContain('bread');
    peer.close?.();
  });

  test.each(SYNTAX)('takes %s as words, not as query syntax', async (query) => {
    const peer = await ready();
    expect((await peer.search(query, 10))[0]).toBe('piano');
    peer.close?.();
  });

  test('lists no more than the limit, and nothing twice', async () => {
    const peer = await ready();
    expect(await peer.search('moss leaves water', 1)).toHaveLength(1);
    const all = await peer.search('green leaves water', 10);
    expect(all.length).toBeGreaterThan(1);
    expect(new Set(all).size).toBe(all.length);
    peer.close?.();
  });

  test('a query without known words finds nothing, and is not an error', async () => {
    const peer = await ready();
    for (const query of ['zzyzx', '?!', '*', '고양이']) expect(await peer.search(query, 10)).toEqual([]);
    peer.close?.();
  });

  test('ids are not searched', async () => {
    const peer = await ready();
    expect(await peer.search('zebra', 10)).toEqual([]);
    peer.close?.();
  });

  test('says which version it is', async () => {
    const peer = await ready();
    expect(peer.name).toBe(name);
    expect(peer.version).toMatch(/\d/);
    peer.close?.();
  });
});

test.each(['minisearch-stemmed', 'orama-stemmed', 'lunr', 'bm25'] as const)(
  '%s finds another form of the word',
  async (name) => {
    const peer = await createPeer(name);
    await peer.index(DOCUMENTS);
    expect((await peer.search('striking hammer', 10))[0]).toBe('piano');
  },
);

test.each(['minisearch', 'orama', 'fts5'] as const)(
  '%s by default finds no other form of a word',
  async (name) => {
    const peer = await createPeer(name);
    await peer.index(DOCUMENTS);
    expect(await peer.search('striking', 10)).toEqual([]);
  },
);

test('an asterisk is not a wildcard for lunr', async () => {
  const peer = await createPeer('lunr');
  await peer.index(DOCUMENTS);
  expect(await peer.search('sour*gh', 10)).toEqual([]);
});

test('textbook BM25 matches a hand-worked order: the rarer word weighs more, the shorter text wins', async () => {
  const peer = await createPeer('bm25');
  await peer.index([
    { id: 'long', title: '', text: 'apple pear pear pear pear' },
    { id: 'short', title: '', text: 'apple pear' },
    { id: 'rare', title: '', text: 'quince pear' },
  ]);
  // apple: n = 2 of 3, idf = ln(1 + 1.5/2.5) = 0.470; quince: n = 1, idf = ln(1 + 2.5/1.5) = 0.981
  expect(await peer.search('apple quince', 10)).toEqual(['rare', 'short', 'long']);
});
