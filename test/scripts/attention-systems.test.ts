import { expect, test } from 'vitest';
import { Engine } from '../../lib/index.ts';
import { createAttentionSystems } from '../../scripts/lib/attention-systems.ts';
import { readWordNet } from '../../scripts/lib/wordnet.ts';

const DOCUMENTS = [...readWordNet(300)];
const QUERY = 'act of moving something away';

test('each system ranks as a search with its heads does, and reports the same weights', async () => {
  const engine = Engine.open();
  await engine.index(DOCUMENTS);
  const { systems, attend, close } = await createAttentionSystems(DOCUMENTS);
  expect(systems.map(({ name }) => name)).toEqual(['attention', 'title', 'content', 'words']);
  const rankings = new Set<string>();
  for (const { name, search } of systems) {
    const on = (head: string) => (name === 'attention' || name === head ? 1 : 0);
    const heads = {
      title: on('title'),
      content: on('content'),
      words: on('words'),
      feedback: name === 'attention' ? 1 : 0,
    };
    const { results, attention } = engine.search(QUERY, { limit: 100, heads });
    expect(await search(QUERY, 100)).toEqual(results.map(({ uri }) => uri));
    rankings.add(JSON.stringify(results.map(({ uri }) => uri)));
    if (name === 'attention') {
      const listed = results.slice(0, 10).map(({ uri, weight }) => ({ id: uri, weight }));
      expect(attend(QUERY)).toEqual({ nothing: attention.nothing.weight, listed });
    }
  }
  expect(rankings.size).toBe(4); // otherwise the heads were not distinguished
  close();
  engine.close();
});

test('a query longer than the engine accepts is truncated, not refused', async () => {
  const { systems, close } = await createAttentionSystems(DOCUMENTS.slice(0, 20));
  expect(await systems[0]?.search('entity '.repeat(500), 5)).toHaveLength(5);
  close();
});
