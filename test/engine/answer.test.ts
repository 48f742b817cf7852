import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answer, answering } from '../../lib/answer/answer.ts';
import { attendToSentences } from '../../lib/answer/attended-sentences.ts';
import type { DocumentInput } from '../../lib/document.ts';
import { Engine } from '../../lib/engine.ts';
import { readHtml } from '../../lib/ingest/readers/html.ts';
import { readMarkdown } from '../../lib/ingest/readers/markdown.ts';
import { NOTES, textDocument } from '../support/corpus.ts';

let engine: Engine;
beforeAll(async () => {
  engine = Engine.open();
  await engine.index([
    textDocument(
      'Sourdough',
      'Flour and water wait a day. The starter is fed with rye flour every morning. A hot oven gives the crust. Cold dough is easier to score.',
    ),
    textDocument(
      'Rye bread',
      'Rye has little gluten. The starter is fed with rye flour every morning. Slice it the day after.',
    ),
    textDocument('달', '달은 지구를 돈다. 보름달은 해의 반대쪽에 있다. 초승달은 저녁 서쪽 하늘에 보인다.'),
    textDocument('Moon', 'The moon goes round the earth. A full moon stands opposite the sun.'),
    textDocument('Rivers', 'Rivers carry sand to the sea. Deltas grow where they slow down.'),
  ]);
});
afterAll(() => engine.close());

test('the answer consists of sentences of the documents, each at the offsets it gives', () => {
  const { answer, results } = engine.search('what is the starter fed with');
  expect(answer.sentences.length).toBeGreaterThan(0);
  for (const { text, document, start, end } of answer.sentences) {
    expect(engine.document(document).content.slice(start, end)).toBe(text);
    expect(results.map(({ id }) => id)).toContain(document);
  }
  expect(answer.sentences.map(({ text }) => text)).toContain(
    'The starter is fed with rye flour every morning.',
  );
});

test('an answer in slices pauses after each document, and is the same', () => {
  const run = engine.attend('what is the starter fed with');
  const work = answering(engine, run);
  let pauses = 0;
  let step = work.next();
  for (; !step.done; step = work.next()) pauses++;
  expect(pauses).toBeGreaterThan(1);
  expect(step.value).toEqual(answer(engine, run));
});

test('a sentence that two documents share is quoted once', () => {
  const { answer } = engine.search('what is the starter fed with');
  const texts = answer.sentences.map(({ text }) => text);
  expect(new Set(texts).size).toBe(texts.length);
});

test('different sentences of one document on the same subject are all quoted', async () => {
  const house = Engine.open();
  await house.index([
    ...NOTES,
    textDocument(
      'Washing machine',
      'Code 4C = no water: tap or inlet filter. 5C = not draining: clean the pump filter. Monthly drum clean at 60 degrees. Less detergent than you think.',
    ),
    textDocument(
      'Dishwasher',
      'Salt first, then detergent. Water hardness is 3. Clean the filter every month.',
    ),
  ]);
  const texts = house
    .search('what does code 5C of the washing machine mean')
    .answer.sentences.map((s) => s.text);
  house.close();
  expect(texts).toContain('Code 4C = no water: tap or inlet filter.');
  expect(texts).toContain('5C = not draining: clean the pump filter.');
});

test('a Korean question is answered by the matching sentence', () => {
  const [first] = engine.search('보름달은 어디에 있나').answer.sentences;
  expect(first?.text).toBe('보름달은 해의 반대쪽에 있다.');
});

test.each([0.3, 1, 5])(
  'at T = %d a sentence weighs its document’s weight times its share of the softmax over the document’s sentences',
  (temperature) => {
    const text = 'full moon opposite the sun';
    const run = engine.attend(text, { temperature });
    const { answer, results } = engine.search(text, { temperature });
    for (const sentence of answer.sentences) {
      const all = attendToSentences(engine, run, sentence.document);
      expect(all.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9);
      const exps = all.map(({ logit, masked }) => (masked ? 0 : Math.exp(logit / temperature)));
      const own = all.findIndex(({ span }) => span[0] === sentence.start);
      const share = exps[own]! / exps.reduce((sum, e) => sum + e, 0);
      const document = results.find(({ id }) => id === sentence.document);
      expect(sentence.weight).toBeCloseTo((document?.weight ?? 0) * share, 9);
    }
  },
);

test('questions are masked in a document that has other sentences, and the one that answers gets the weight', async () => {
  const notes = Engine.open();
  const asked = 'Why divide by the square root?';
  const told = 'Dividing by the square root keeps the variance at one.';
  await notes.index([
    textDocument('Scaling', `${asked} ${told} Softmax comes next, and sums to one.`),
    textDocument('Questions', 'Why divide by the square root of two? Is a root square?'),
  ]);
  const run = notes.attend('why divide by the square root');
  const scaling = attendToSentences(notes, run, 1);
  expect(scaling.map(({ masked }) => masked)).toEqual([true, false, false]);
  expect(scaling[0]!.logit).toBeGreaterThan(scaling[1]!.logit);
  expect(scaling[0]!.weight).toBe(0);
  expect(scaling[1]!.weight).toBeGreaterThan(0.9);
  expect(scaling.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
  // In a document of questions alone, none is masked.
  expect(attendToSentences(notes, run, 2).map(({ masked }) => masked)).toEqual([false, false]);
  notes.close();
});

test.each([
  [
    'why divide by the square root',
    'Why divide by the square root? Otherwise gradients vanish. Divide and conquer is another matter.',
    'Otherwise gradients vanish.',
  ],
  [
    '교착 상태의 조건',
    '교착 상태의 조건을 설명해 주세요. 넷이 모두 있어야 한다. 상태를 늘 살피는 것이 좋다.',
    '넷이 모두 있어야 한다.',
  ],
])('%s: the sentence after a question answers it, whatever its words', async (asked, content, told) => {
  const notes = Engine.open();
  await notes.index([
    textDocument('Notes', content),
    textDocument('Bread', 'Dough needs salt, water and a cold night.'),
  ]);
  expect(notes.search(asked).answer.sentences[0]?.text).toBe(told);
  notes.close();
});

/** A document as the Markdown reader makes it. */
function markdown(uri: string, text: string): DocumentInput {
  const bytes = new TextEncoder().encode(text);
  const { documents } = readMarkdown({ relative: uri, path: `/${uri}`, bytes });
  return documents[0] as DocumentInput;
}

/** The sentences of the first document, as a query attends to them. */
function saidOfFirst(notes: Engine, query: string) {
  return attendToSentences(notes, notes.attend(query), 1).map(({ span, masked, scores }) => ({
    text: notes.document(1).content.slice(...span),
    masked,
    words: scores.words,
  }));
}

test('a heading is no answer itself: its words count for the two sentences below it', async () => {
  const notes = Engine.open();
  await notes.index([
    markdown(
      'deadlock.md',
      '# Standstill\n\nTwo threads wait for each other.\n\n## When a deadlock occurs\n\nAll four of them have to hold.\n\nOne that fails is enough to go on.\n\nBankers lend to who can pay.\n\n## Avoiding it\n\nLocks are taken in one order.',
    ),
    markdown('bread.md', '# Bread\n\nDough needs salt, water and a cold night.'),
  ]);
  const said = saidOfFirst(notes, 'when a deadlock occurs');
  expect(said.filter(({ masked }) => masked).map(({ text }) => text)).toEqual([
    'When a deadlock occurs',
    'Avoiding it',
  ]);
  const wordsOf = (text: string) => said.find((one) => one.text === text)?.words;
  expect(wordsOf('All four of them have to hold.')).toBeCloseTo(1, 9);
  expect(wordsOf('One that fails is enough to go on.')).toBeCloseTo(1, 9);
  // Two sentences below, no more.
  expect(wordsOf('Bankers lend to who can pay.')).toBe(0);
  const texts = notes.search('when a deadlock occurs').answer.sentences.map(({ text }) => text);
  expect(texts.toSorted()).toEqual(['All four of them have to hold.', 'One that fails is enough to go on.']);
  notes.close();
});

test.each([
  ['See [[Keys of a piano]].', 'See Keys of a piano.'],
  ['See also [[Keys|the keys]], [[Strings#steel]] and [Hammers of felt](hammers.md).', null],
  ['[[Keys of a piano]] 참고.', 'Keys of a piano 참고.'],
  ['[[피아노 건반]]과 [[현]]을 참고하세요.', '피아노 건반과 현을 참고하세요.'],
])('a sentence that only points to other notes is masked: %s', async (reference, said) => {
  const notes = Engine.open();
  await notes.index([
    markdown('Piano.md', `# Piano\n\nIts 88 keys move felt hammers. ${reference}`),
    markdown(
      'Kim.md',
      '# Kim\n\nShe tunes pianos. See her about the keys of a piano. See [[Piano]] on how it works.',
    ),
    markdown('Only.md', `# Only\n\n${reference}`),
    textDocument('Bread', 'Dough needs salt, water and a cold night.'),
  ]);
  const masked = (id: number) =>
    attendToSentences(notes, notes.attend('keys of a piano'), id).filter((one) => one.masked);
  const [one, ...others] = masked(1);
  expect(others).toEqual([]);
  const text = notes.document(1).content.slice(...(one?.span ?? [0, 0]));
  if (said === null) expect(text).toMatch(/^See also .*Hammers of felt\.$/);
  else expect(text).toBe(said);
  expect(masked(2), 'a sentence that says more').toEqual([]);
  expect(masked(3), 'where nothing else is said').toEqual([]);
  notes.close();
});

test('an HTML heading counts for the sentences below it too', async () => {
  const notes = Engine.open();
  const bytes = new TextEncoder().encode(
    '<title>Standstill</title><p>Two threads wait for each other.</p><h2>When a deadlock occurs</h2><p>All four of them have to hold.</p><h2>Avoiding it</h2><p>Locks are taken in one order.</p>',
  );
  const { documents } = readHtml({ relative: 'deadlock.html', path: '/deadlock.html', bytes });
  await notes.index([...documents, textDocument('Bread', 'Dough needs salt, water and a cold night.')]);
  const said = saidOfFirst(notes, 'when a deadlock occurs');
  expect(said.filter(({ masked }) => masked).map(({ text }) => text)).toEqual([
    'When a deadlock occurs',
    'Avoiding it',
  ]);
  expect(notes.search('when a deadlock occurs').answer.sentences[0]?.text).toBe(
    'All four of them have to hold.',
  );
  notes.close();
});

test('the words of a heading count for every item of a list directly below it', async () => {
  const notes = Engine.open();
  const items = ['amber', 'indigo', 'ochre', 'teal'].map((one) => `- Somebody has to bring ${one} threads.`);
  await notes.index([
    markdown(
      'loom.md',
      `# Loom\n\n## Warping\n\n${items.join('\n')}\n\nLater it is dyed.\n\n- Nothing of it is lost.`,
    ),
    markdown('bread.md', '# Bread\n\nDough needs salt, water and a cold night.'),
  ]);
  const said = saidOfFirst(notes, 'warping with teal');
  const words = new Map(said.map(({ text, words }) => [text, words]));
  expect(words.get('Somebody has to bring teal threads.')).toBeCloseTo(1, 9);
  expect(words.get('Somebody has to bring ochre threads.')).toBeGreaterThan(0.3);
  for (const text of ['Later it is dyed.', 'Nothing of it is lost.']) expect(words.get(text)).toBe(0);
  notes.close();
});

test('the words of a list item count for the items nested in it', async () => {
  const notes = Engine.open();
  await notes.index([
    markdown(
      'sorts.md',
      '# Orders\n\n- Merge sort\n  - Needs as much memory again.\n  - Keeps equal ones in order.\n- Heap sort\n  - Needs no further memory.\n\nMerge requests come later.',
    ),
    markdown('bread.md', '# Bread\n\nDough needs salt, water and a cold night.'),
  ]);
  const said = saidOfFirst(notes, 'memory of merge sort');
  const words = new Map(said.map(({ text, words }) => [text, words]));
  expect(words.get('Needs as much memory again.')).toBeCloseTo(1, 9);
  expect(words.get('Needs no further memory.')).toBeLessThan(0.9);
  expect(words.get('Keeps equal ones in order.')).toBeGreaterThan(0.3);
  expect(words.get('Merge requests come later.')).toBeLessThan(0.5);
  const [first] = notes.search('memory of merge sort').answer.sentences;
  expect(first?.text).toBe('Needs as much memory again.');
  notes.close();
});

test('words of the title select the document and count little in choosing its sentence', async () => {
  const notes = Engine.open();
  await notes.index([
    textDocument(
      'dotenv loader',
      'The dotenv loader is small. The dotenv loader has no dependencies. What is already set stays as it is. The dotenv loader is free.',
    ),
    textDocument('Bread', 'Dough needs salt, water and a cold night.'),
  ]);
  const run = notes.attend('dotenv loader already set');
  const [, , set] = attendToSentences(notes, run, 1);
  expect(set?.scores.words).toBeGreaterThan(0.7);
  const [first] = notes.search('dotenv loader already set').answer.sentences;
  expect(first?.text).toBe('What is already set stays as it is.');
  notes.close();
});

test.each([
  ['what is a comet', 'Ice and dust, a few kilometres across.'],
  ['comet', 'Ice and dust, a few kilometres across.'],
  ['살별', 'Ice and dust, a few kilometres across.'],
  ['comet tail', 'The comet has a tail of gas.'],
])('a name alone asks what it is: %s', async (text, said) => {
  const sky = Engine.open();
  await sky.index([
    {
      ...textDocument(
        'Comet',
        'What does one see?\nIce and dust, a few kilometres across.\nThe comet has a tail of gas.',
      ),
      aliases: ['살별'],
    },
    ...NOTES,
  ]);
  const { sentences } = sky.search(text).answer;
  expect(sentences[0]?.text).toBe(said);
  const [{ id } = { id: 0 }] = sky.search(text).results;
  const run = sky.attend(text, {});
  const attended = attendToSentences(sky, run, id);
  expect(attended.every(({ scores }) => scores.words <= 1)).toBe(true);
  const { content } = sky.document(id);
  expect(attended.find(({ span }) => content.slice(...span) === said)?.isAsked).toBe(true);
  sky.close();
});

test('an answer has three sentences, or up to five if they are short', async () => {
  const notes = Engine.open();
  const colours = ['amber', 'indigo', 'ochre', 'teal', 'violet', 'scarlet', 'cyan'];
  const long =
    ', and whoever has seen it on a wet day in autumn knows why the painters of that coast never used another one for boats';
  await notes.index([
    textDocument('Narrow', colours.map((colour) => `The harbour is ${colour}.`).join(' ')),
    textDocument('Wide', colours.map((colour) => `The lighthouse is ${colour}${long}.`).join(' ')),
    textDocument('Bread', 'Dough needs salt, water and a cold night.'),
  ]);
  expect(notes.search('harbour').answer.sentences).toHaveLength(5);
  expect(notes.search('lighthouse').answer.sentences).toHaveLength(3);
  notes.close();
});

describe('a sentence that announces a list is quoted with its first items', () => {
  const quoted = async (content: string, query: string) => {
    const lists = Engine.open();
    await lists.index([
      ...NOTES,
      { uri: 'list', title: 'Axle checker', format: 'markdown' as const, content },
    ]);
    const { sentences } = lists.search(query).answer;
    lists.close();
    return sentences.map(({ text }) => text);
  };
  const browsers = Array.from({ length: 7 }, (_, i) => `- Vixen v${i + 40} and above`);

  test('five of them, though three sentences are the most otherwise', async () => {
    const content = `The checker fully supports the following browsers:\n\n${browsers.join('\n')}\n\nSome other line ends this.`;
    const said = await quoted(content, 'which browsers does the checker support?');
    expect(said.slice(0, 6)).toEqual([
      'The checker fully supports the following browsers:',
      ...[40, 41, 42, 43, 44].map((v) => `Vixen v${v} and above`),
    ]);
    expect(said).not.toContain('Vixen v45 and above');
  });

  test('Korean, without what is nested in them', async () => {
    const content =
      '후보키는 두 가지 조건을 만족한다\n* 유일성 : 하나로 튜플을 식별한다\n    * 이름은 같을 수 있다\n* 최소성 : 꼭 필요한 것만 있다\n\n그 밖의 키는 다음에 본다.';
    const said = await quoted(content, '후보키 조건');
    expect(said).toContain('유일성 : 하나로 튜플을 식별한다');
    expect(said).toContain('최소성 : 꼭 필요한 것만 있다');
    expect(said).not.toContain('이름은 같을 수 있다');
  });

  test.each([
    [
      'no list follows directly',
      `The checker supports the following browsers: see there.\n\nIn short.\n\n${browsers.join('\n')}`,
    ],
    ['nothing announces it', `The checker fully supports our browsers.\n\n${browsers.join('\n')}`],
    [
      'a heading is between',
      `The checker supports the following browsers:\n\n## Others\n\n${browsers.join('\n')}`,
    ],
  ])('not where %s', async (_, content) => {
    expect(await quoted(content, 'which browsers does the checker support?')).not.toContain(
      'Vixen v44 and above',
    );
  });

  test('or with the next line, if it ends with a colon', async () => {
    const lines = [
      'When the checker hangs on a browser:',
      'kill its worker and start it again.',
      'Others go on meanwhile.',
    ];
    const said = await quoted(lines.join('\n'), 'checker hangs');
    expect(said.slice(0, 2)).toEqual(lines.slice(0, 2));
  });

  test('until they have 300 characters together', async () => {
    const long = Array.from(
      { length: 5 },
      (_, i) => `- Vixen ${i} ${'runs on old and new machines '.repeat(5).trim()}.`,
    );
    const said = await quoted(
      `The checker supports the following browsers:\n\n${long.join('\n')}`,
      'which browsers does the checker support?',
    );
    expect(said.filter((text) => text.startsWith('Vixen'))).toHaveLength(2);
  });
});

test('the passage shown of a document is the one that the answer quotes', async () => {
  const notes = Engine.open();
  const filler = (about: string) =>
    Array.from(
      { length: 24 },
      (_, i) => `Paragraph ${i} of ${about} goes on about something else altogether.`,
    ).join(' ');
  await notes.index([
    markdown(
      'proxy.md',
      `# Relay\n\nA relay can be given a timeout, a port and a retry count. ${filler('ports')}\n\n## Setting the timeout\n\nPass milliseconds as the second argument.\n\n## Retries\n\n${filler('retries')}\n\nIs setting the timeout hard? Does setting the timeout help? Who is setting the timeout?`,
    ),
    markdown('bread.md', '# Bread\n\nDough needs salt, water and a cold night.'),
  ]);
  const { answer, results } = notes.search('setting the timeout');
  const strongest = answer.sentences.toSorted((a, b) => b.weight - a.weight)[0];
  expect(strongest?.text).toBe('Pass milliseconds as the second argument.');
  expect(results[0]?.passage.text).toContain('Pass milliseconds as the second argument.');
  notes.close();
});

test('the passage shown is that of the first among quoted sentences of similar weight', async () => {
  const notes = Engine.open();
  const filler = Array.from(
    { length: 12 },
    (_, i) => `Sentence ${i} goes on about something else altogether.`,
  ).join(' ');
  await notes.index([
    textDocument(
      'Log',
      `Every relay that we have built so far has a timeout, a port, a size and a name. ${filler} The relay obeys its timeout, its port, its size, its name and its log.`,
    ),
    textDocument('Bread', 'Dough needs salt, water and a cold night.'),
  ]);
  const { answer, results } = notes.search('log relay timeout port name size');
  const weights = answer.sentences.map(({ weight }) => weight);
  expect(answer.sentences.map(({ text }) => text)).toEqual([
    'Every relay that we have built so far has a timeout, a port, a size and a name.',
    'The relay obeys its timeout, its port, its size, its name and its log.',
  ]);
  expect(weights[0]).toBeLessThan(weights[1]!);
  expect(weights[0]).toBeGreaterThan((2 / 3) * weights[1]!);
  expect(results[0]?.passage.start).toBe(0);
  notes.close();
});

test('a sentence’s logit is the sum of its scores times half the coefficients of the first pass', () => {
  const run = engine.attend('cold dough', { heads: { content: 0.5 } });
  const { heads } = engine.calibration.first;
  for (const { scores, logit } of attendToSentences(engine, run, 1)) {
    expect(logit).toBeCloseTo(0.25 * heads.content! * scores.content + 0.5 * heads.words! * scores.words, 9);
    expect(Math.abs(scores.content)).toBeLessThanOrEqual(1);
    expect(scores.words).toBeLessThanOrEqual(1);
  }
});

test('the answer is empty when the verdict is none', () => {
  const { answer, attention } = engine.search('qwzx vbnm');
  expect(attention.verdict).toBe('none');
  expect(answer.sentences).toEqual([]);
});

test('a document without sentences has none to attend to', async () => {
  const small = Engine.open();
  await small.index([textDocument('Empty', '')]);
  expect(attendToSentences(small, small.attend('empty'), 1)).toEqual([]);
  expect(small.search('empty').answer.sentences).toEqual([]);
  small.close();
});

describe('which lines an answer may quote', () => {
  const note = (uri: string, title: string, content: string) =>
    ({ uri, title, content, format: 'markdown' }) as const;
  let notes: Engine;
  beforeAll(async () => {
    notes = Engine.open();
    await notes.index([
      note(
        'mask.md',
        'Causal mask',
        'A causal mask hides what comes later.\n\n    the cat sat .\n    the .1 . . .\n    cat .4 .6 .\n\nmask | .4 | .6\n\nmask(QKᵀ/√dₖ)\n\n- Each word of the mask sees the words before it.',
      ),
      note('code.md', 'Mask code', '    mask = lower triangle of the matrix'),
      note('bread.md', 'Bread', 'Flour and water wait a day before they are baked.'),
    ]);
  });
  afterAll(() => notes.close());

  test.each([0.1, 1, 30, 100])(
    'at T = %d an answer has no code, no row of numbers, no formula, no bullet',
    (temperature) => {
      const { sentences } = notes.search('causal mask', { temperature }).answer;
      const texts = sentences.filter(({ document }) => document === 1).map(({ text }) => text);
      expect(texts.length).toBeGreaterThan(0);
      for (const text of texts)
        expect([
          'A causal mask hides what comes later.',
          'Each word of the mask sees the words before it.',
        ]).toContain(text);
    },
  );

  test('a question is no answer, unless its document consists of questions alone', async () => {
    const asking = Engine.open();
    await asking.index([
      note('why.md', 'Why divide', 'Why divide by the root?\n\nThe variance grows with the width.'),
      note('open.md', 'Open', 'Who bakes the bread at night?'),
      note('rest.md', 'Rest', 'Nothing of this is about the sea or a boat.'),
    ]);
    const answerOf = (query: string, id: number) =>
      asking
        .search(query)
        .answer.sentences.filter(({ document }) => document === id)
        .map(({ text }) => text);
    expect(answerOf('why divide by the root', 1)).toEqual(['The variance grows with the width.']);
    expect(answerOf('who bakes the bread at night', 2)).toEqual(['Who bakes the bread at night?']);
    asking.close();
  });

  test('a table row answers if it has a word of the question, a header row never', async () => {
    const priced = Engine.open();
    await priced.index([
      note(
        'prices.md',
        'Prices',
        'Prices hold until March.\n\nVehicle | Price to unlock | Price per minute\nScooter | 1.00 | 0.15\nBicycle | 0.50 | 0.10\nTandem | free | for members\n\nWho rides at night pays the same.',
      ),
      note('bread.md', 'Bread', 'Flour and water wait a day before they are baked.'),
    ]);
    const texts = priced.search('price per minute of a scooter').answer.sentences.map(({ text }) => text);
    const others = priced.search('price of a tandem').answer.sentences.map(({ text }) => text);
    priced.close();
    expect(texts).toContain('Scooter | 1.00 | 0.15');
    expect(others).toContain('Tandem | free | for members');
    for (const text of [...texts, ...others]) expect(text).not.toMatch(/Vehicle|Bicycle/);
  });

  test.each([
    ['at the end', 'Name | Price | Until', ['Spotify | £17.99 |', 'Gym | £32 | April', 'Tea |  |']],
    ['at the start', ' | Price | Until', ['Spotify | £17.99 | May', 'Gym | £32 | April']],
    ['in the middle', 'Name | Price | Until', ['Spotify | | May', 'Gym |  | April']],
  ])('empty cells %s of a row are cells, so that the header is known', async (_, header, rows) => {
    const paid = Engine.open();
    await paid.index([
      note('paid.md', 'Subscriptions', ['Checked in May.\n', header, ...rows].join('\n')),
      note('bread.md', 'Bread', 'Flour and water wait a day before they are baked.'),
    ]);
    const said = saidOfFirst(paid, 'spotify').map(({ text }) => text);
    paid.close();
    expect(said).toEqual(['Checked in May.', ...rows]);
  });

  test('a row of numbers alone is no answer, whatever heading it stands below', async () => {
    const tables = Engine.open();
    const table = '| T | weight |\n|---|---|\n| 0.5 | 0.881 |\n| 2 | 0.622 |';
    const source = `Two keys are compared.\n\n## Temperature\n\n${table}\n\nA low temperature picks one.`;
    const content = source.replace(/^\|[-|]+\n/m, '').replace(/^\| | \|$|^#+ /gm, '');
    await tables.index([
      { ...note('softmax.md', 'Softmax', content), source },
      note('bread.md', 'Bread', 'Flour and water wait a day before they are baked.'),
    ]);
    const texts = tables.search('temperature').answer.sentences.map(({ text }) => text);
    tables.close();
    expect(texts).toEqual(['A low temperature picks one.']);
  });

  test('a row of numbers answers if it has a word of the question itself', async () => {
    const sleep = Engine.open();
    await sleep.index([
      note(
        'sleep.md',
        'Sleep',
        'No coffee after two.\n\nday | to bed | up\n11/18 | 23:30 | 07:00\n12/19 | 03:10 | 07:20',
      ),
      note('bread.md', 'Bread', 'Flour and water wait a day before they are baked.'),
    ]);
    const texts = sleep.search('sleep on 12/19').answer.sentences.map(({ text }) => text);
    sleep.close();
    expect(texts).toEqual(['12/19 | 03:10 | 07:20']);
  });

  test('rows of numbers do not take the words of a heading from the sentences below it', async () => {
    const tables = Engine.open();
    const source =
      'Two keys.\n\n## Temperature\n\n| T | weight |\n|---|---|\n| 0.5 | 0.881 |\n| 2 | 0.622 |\n\nLow picks one of them.';
    const content =
      'Two keys.\n\nTemperature\n\nT | weight\n0.5 | 0.881\n2 | 0.622\n\nLow picks one of them.';
    await tables.index([
      { ...note('softmax.md', 'Softmax', content), source },
      note('bread.md', 'Bread', 'Flour and water wait a day before they are baked.'),
    ]);
    const said = saidOfFirst(tables, 'temperature');
    tables.close();
    expect(said.find(({ text }) => text === 'Low picks one of them.')?.words).toBe(1);
  });

  test('a sentence with a vertical bar is still a sentence, and each table has its own header row', async () => {
    const mixed = Engine.open();
    await mixed.index([
      note(
        'bayes.md',
        'Conditional probability',
        'P(A | B) is the probability of A given that B is known. P(B | A) is the probability of B given that A is known.',
      ),
      note(
        'towns.md',
        'Towns',
        'Two lists.\n\nTown | People\nDelft | 100,000\nGhent | 260,000\n\nTown | Shop\nDelft | Oude Markt 3\nGhent | Veldstraat 9',
      ),
      note('bread.md', 'Bread', 'Flour and water wait a day before they are baked.'),
    ]);
    const textsOf = (text: string) => mixed.search(text).answer.sentences.map((sentence) => sentence.text);
    expect(textsOf('probability of A given B')).toContain(
      'P(A | B) is the probability of A given that B is known.',
    );
    const shops = textsOf('shop of the town at Oude Markt');
    mixed.close();
    expect(shops).toContain('Delft | Oude Markt 3');
    for (const text of shops) expect(text).not.toMatch(/^Town/);
  });

  test('a short line answers if it has a word of the question and another word or number', async () => {
    const facts = Engine.open();
    await facts.index([
      note(
        'cat.md',
        'Miso the cat',
        'We found her behind the bakery.\n\n- Chip 276 0981\n- Chip\n- Vet 0171 555\n- Litter tray\n\nBrush: weekly',
      ),
      note('boat.md', 'Boat', 'Nothing of this is about the sea or an animal.'),
    ]);
    const said = (query: string) => facts.search(query).answer.sentences.map(({ text }) => text);
    expect(said('chip of the cat')).toEqual(['Chip 276 0981']);
    expect(said('litter')).toEqual(['Litter tray']);
    expect(said('brush')).toEqual(['Brush: weekly']);
    facts.close();
  });

  test('a checklist answers with the item asked for, and with its items if its title is asked for', async () => {
    const lists = Engine.open();
    await lists.index([
      note('moving.md', '이사 체크리스트', '- 도시가스 해지\n- 전입신고 + 확정일자\n- 관리비 정산'),
      note('boat.md', '배', '바다에 관한 글은 여기에 없다.'),
    ]);
    const said = (query: string) => lists.search(query).answer.sentences.map(({ text }) => text);
    expect(said('전입신고')).toEqual(['전입신고 + 확정일자']);
    expect(said('이사 체크리스트')).toEqual(['도시가스 해지', '전입신고 + 확정일자', '관리비 정산']);
    lists.close();
  });

  test('a short item introduces the line below it that continues it', async () => {
    const pipes = Engine.open();
    await pipes.index([
      note(
        'pipes.md',
        'Talking processes',
        'They cannot see each other.\n\n1. Pipe\nA pipe goes one way from a writer to a reader.\n2. Socket\nIt also works over a network cable.',
      ),
      note('boat.md', 'Boat', 'Nothing of this is about the sea or an animal.'),
    ]);
    const masked = attendToSentences(pipes, pipes.attend('socket'), 1).filter((one) => one.masked);
    expect(masked.map(({ span }) => pipes.document(1).content.slice(...span))).toEqual(['Pipe', 'Socket']);
    expect(pipes.search('socket').answer.sentences.map(({ text }) => text)).toEqual([
      'It also works over a network cable.',
    ]);
    pipes.close();
  });

  test('blanks of a template are no answer', async () => {
    const daily = Engine.open();
    await daily.index([
      note('template.md', 'Daily template', '{{date:YYYY-MM-DD}} {{title}}\n\n<% tp.file.cursor() %>'),
      note('boat.md', 'Boat', 'Nothing of this is about the sea or an animal.'),
    ]);
    const { answer, attention } = daily.search('daily template');
    daily.close();
    expect(attention.verdict).toBe('strong');
    expect(answer.sentences).toEqual([]);
  });

  test('a line of code answers with a comment or as a note, if it has a word of the question itself', async () => {
    const code = Engine.open();
    const source =
      'Requests are retried twice.\n\n## Timeout\n\n```\nget({ retries: 2 });\nlisten(3000)\ntimeout: 2000, // two seconds\nthe timeout of old servers was 9 seconds\n```';
    const content =
      'Requests are retried twice.\n\nTimeout\n\n    get({ retries: 2 });\n    listen(3000)\n    timeout: 2000, // two seconds\n    the timeout of old servers was 9 seconds';
    await code.index([
      { ...note('get.md', 'Getting', content), source },
      note('boat.md', 'Boat', 'Nothing of this is about the sea or an animal.'),
    ]);
    const said = (query: string) => code.search(query).answer.sentences.map(({ text }) => text);
    expect(said('timeout')).toEqual([
      'timeout: 2000, // two seconds',
      'the timeout of old servers was 9 seconds',
    ]);
    expect(said('listen')).not.toContain('listen(3000)');
    code.close();
  });

  test('a code statement does not count as a line with a number', async () => {
    const code = Engine.open();
    await code.index([
      note(
        'walk.md',
        'Graph walks',
        'A walk marks what it has seen.\n\nseen[v] = 1;\nif (seen[v] == 1) {\nStep 1: mark seen\n',
      ),
      note('boat.md', 'Boat', 'Nothing of this is about the sea or an animal.'),
    ]);
    const said = code.search('seen').answer.sentences.map(({ text }) => text);
    code.close();
    expect(said).toEqual(['A walk marks what it has seen.', 'Step 1: mark seen']);
  });

  test('a sentence without a word of the question is not quoted, even if a short line finds its document', async () => {
    const mixed = Engine.open();
    const filler = 'The compost heap wants turning. Scales in D go with a metronome.';
    const others = Array.from({ length: 40 }, (_, i) =>
      note(`${i}.md`, `Page ${i}`, `Ships of harbour ${i} sail at dawn.`),
    );
    await mixed.index([
      note('a.md', 'Windows', `Tom tests the installer on Windows. ${filler}`),
      note(
        'b.md',
        'Types of questions',
        `- LRU caching\n\nThe subnet mask has four parts of eight bits. ${filler}`,
      ),
      note('c.md', 'Paging', 'Of the pages the one used least recently goes: LRU looks at the past.'),
      ...others,
    ]);
    const said = (query: string) => mixed.search(query).answer.sentences.map(({ text }) => text);
    expect(said('installer on windows')).toEqual(['Tom tests the installer on Windows.']);
    expect(said('LRU')).toEqual([
      'Of the pages the one used least recently goes: LRU looks at the past.',
      'LRU caching',
    ]);
    mixed.close();
  });

  test('documents are quoted from 3 % of the first one’s weight on, or from 5 % if the first has nothing to quote', async () => {
    const pages = Engine.open();
    await pages.index([
      note('list.md', 'Types of questions', '- LRU\n- FIFO'),
      note('paging.md', 'Paging', 'Of the pages the one used least recently goes: LRU looks at the past.'),
      note('cache.md', 'Caches', 'A cache that is full makes room by LRU as a rule.'),
    ]);
    const run = pages.attend('LRU');
    const told = (...shares: readonly (readonly [index: number, share: number])[]) => {
      const strongest = shares.map(([index, share]) => ({
        index,
        logit: Math.log(share),
        weight: share,
        scores: {},
      }));
      return answer(pages, run, strongest).sentences.map(({ document }) => document);
    };
    expect(told([0, 1], [1, 0.04])).toEqual([]);
    expect(told([0, 1], [1, 0.06])).toEqual([2]);
    expect(told([2, 1], [1, 0.04])).toEqual([3, 2]);
    expect(told([2, 1], [1, 0.02])).toEqual([3]);
    pages.close();
  });

  test('below a fifth of the first one’s weight a sentence needs a word of the question, and a short line is never quoted', async () => {
    const pages = Engine.open();
    await pages.index([
      note('list.md', 'Rag', '- 할루시네이션'),
      note('park.md', '박지훈', '시네마, 네이버. 아들 이름은 도윤이다.'),
      note('short.md', 'Notes on other things', 'It was a cold day at sea.\n\n- 할루시네이션 문제'),
      note('long.md', 'More of them', '모델의 할루시네이션은 검색으로 줄어든다.'),
    ]);
    const run = pages.attend('할루시네이션');
    const told = (index: number, share: number) => {
      const [first, other] = [
        [0, 1],
        [index, share],
      ].map(([index = 0, weight = 0]) => ({ index, logit: Math.log(weight), weight, scores: {} }));
      return answer(pages, run, [first!, other!]).sentences.map(({ text }) => text);
    };
    for (const [index, quoted] of [
      [1, '시네마, 네이버.'], // shares the pair 네이 with the word
      [2, '할루시네이션 문제'],
    ] as const) {
      expect(told(index, 0.25)).toContain(quoted);
      expect(told(index, 0.15)).toEqual([]);
    }
    expect(told(3, 0.15)).toEqual(['모델의 할루시네이션은 검색으로 줄어든다.']);
    pages.close();
  });

  test('a document that is all code still has one sentence', () => {
    expect(attendToSentences(notes, notes.attend('mask'), 2)).toHaveLength(1);
  });

  test('a higher temperature quotes the same sentences as T = 1, with other weights', () => {
    const at = (temperature: number) => notes.search('causal mask', { temperature }).answer.sentences;
    expect(at(100).map(({ text }) => text)).toEqual(at(1).map(({ text }) => text));
    expect(at(100)[0]?.weight).toBeLessThan(at(1)[0]?.weight ?? 0);
  });
});

describe('properties that answer', () => {
  let people: Engine;
  beforeAll(async () => {
    people = Engine.open();
    const of = (title: string, content: string, properties: readonly (readonly [string, string])[]) => ({
      ...{ uri: `${title}.md`, title, content, format: 'markdown' as const },
      properties: properties.map(([name, value]) => ({ name, value })),
    });
    await people.index([
      of('박지훈', '백엔드 팀장이다. 커피를 마시지 않는다.', [
        ['생일', '1990-05-12'],
        ['회사', '네이버'],
      ]),
      of('김치찌개', '생일에 자주 끓인다. 쌀뜨물을 붓고 끓인다.', [
        ['재료', '묵은지'],
        ['재료', '두부'],
      ]),
      of('회의록', '검색 응답 시간을 줄이기로 했다.', [['참석자', '박지훈']]),
    ]);
  });
  afterAll(() => people.close());
  const told = (query: string) => {
    const { sentences, properties } = people.search(query).answer;
    return {
      properties: properties.map(({ name, value }) => `${name}: ${value}`),
      sentences: sentences.map(({ text }) => text),
    };
  };

  test('a property whose name is asked for answers instead of sentences that have no such word', () => {
    expect(told('박지훈 생일')).toEqual({ properties: ['생일: 1990-05-12'], sentences: [] });
  });

  test('a list is told with all its values', () => {
    expect(told('김치찌개 재료').properties).toEqual(['재료: 묵은지', '재료: 두부']);
  });

  test('a property whose value is asked for stands beside the sentences', () => {
    const { properties, sentences } = told('네이버 다니는 사람');
    expect(properties).toEqual(['회사: 네이버']);
    expect(sentences.length).toBeGreaterThan(0);
  });

  test('a word of the title asks for no property, nor does a document with little weight tell one', () => {
    const [first, ...others] = people.search('박지훈').results;
    expect([first?.title, others.some(({ properties }) => properties.length > 0)]).toEqual(['박지훈', true]);
    expect(told('박지훈').properties).toEqual([]);
  });

  test('a property has the id and the weight of its document; with the verdict none there is none', () => {
    const { answer, results } = people.search('박지훈 생일');
    const [{ id, weight } = { id: 0, weight: 0 }] = results;
    expect(answer.properties).toEqual([{ name: '생일', value: '1990-05-12', document: id, weight }]);
    expect(people.search('qwzx').answer).toEqual({ sentences: [], properties: [] });
  });
});
