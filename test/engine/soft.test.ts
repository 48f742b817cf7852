import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { misspell } from '../../lib/evaluate/misspell.ts';
import { Thesaurus } from '../../lib/lexical/thesaurus.ts';
import { readNotes } from '../../scripts/lib/notes.ts';
import { violations } from '../support/checker.ts';
import { NOTES, textDocument } from '../support/corpus.ts';

let engine: Engine;
beforeAll(async () => {
  engine = Engine.open();
  await engine.index(await readNotes('data/demo'));
});
afterAll(() => engine.close());

const readingsOf = (text: string) =>
  engine.attend(text).query.words.flatMap(({ readings }) => readings.map((reading) => reading.text));

describe('a word that no document has is read as', () => {
  test.each([
    ['atention', 'attent', 'a letter left out'],
    ['retreival', 'retriev', 'letters exchanged'],
    ['prunning', 'prune', 'a letter doubled'],
    ['gutenburg', 'gutenberg', 'a letter replaced'],
    ['attendinng', 'attend', 'a letter doubled in the ending'],
    ['retreiving', 'retriev', 'letters exchanged before an ending'],
    ['searcihng', 'search', 'letters exchanged in an ending'],
    ['sorudouhg', 'sourdough', 'two slips in a long word'],
    ['attentio', 'attent', 'a word begun'],
    ['softm', 'softmax', 'a word begun'],
    ['트렌스포머', '트랜스포머', 'one jamo'],
    ['관게', '관계', 'a word of two syllables that sounds the same'],
    ['된장찌게를', '된장찌개', 'one jamo before a particle'],
    ['어텐셔', '어텐션', 'a syllable without its final'],
    ['어텐ㅅ', '어텐션', 'a syllable begun'],
    ['ㅇㅌㅅ', '어텐션', 'initial consonants'],
    ['djxpstus', '어텐션', 'the keys of the other language'],
    ['rlaCl', '김치', 'the same, with Shift where it changes nothing'],
    ['낼슴ㅌ', 'softmax', 'the same the other way round'],
  ])('%s → %s: %s', (typed, meant) => {
    expect(readingsOf(typed)[0]).toBe(meant);
  });

  test('nothing, when documents have it, when it resembles nothing, and when it is laughter', () => {
    for (const text of ['attention', '어텐션', 'qwertzuiop', 'ㅋㅋㅋㅋ', 'zzzz', '1234567', 'xy', 'ㅏㅏ'])
      expect(readingsOf(text)).toEqual([]);
  });

  test.each([
    ['어텐션맵', '어텐션 맵'],
    ['쿼리키값', '쿼리, 키, 값'],
    ['키란 무엇인가', '쿼리, 키, 값'],
  ])('%s finds %s', (typed, title) => {
    expect(engine.search(typed, { limit: 2 }).results.map((result) => result.title)).toContain(title);
  });

  test('an abbreviation is read as a word of which it has every other syllable', async () => {
    const own = Engine.open();
    await own.index([
      textDocument('회사', '육아휴직은 일 년이다.'),
      textDocument('세금', '연말정산을 준비한다. 정산 서류. 연말에 말정이 없다.'),
    ]);
    const readings = (text: string) => own.attend(text).query.words[0]?.readings;
    expect(readings('육휴')).toMatchObject([{ text: '육아휴직', similarity: 0.5 }]);
    expect(readings('연정')).toMatchObject([{ text: '연말정산' }]);
    expect(own.search('육휴').results[0]?.title).toBe('회사');
    for (const none of ['육직', '휴', '연육정']) expect(readings(none)).toEqual([]);
    own.close();
  });

  test('a word that the thesaurus has with ㅐ for ㅔ is read as that word, unless documents have one like it', async () => {
    const own = Engine.open();
    await own.index([
      textDocument('Model', 'The transformer has an encoder.'),
      textDocument('요리', '레시피를 적는다.'),
    ]);
    const readings = (text: string) => own.attend(text).query.words[0]?.readings.map((one) => one.text);
    expect(readings('트렌스포머')).toEqual(['transformer']);
    expect(readings('래시피')).toEqual(['레시피']);
    expect(readings('애너지')).toEqual([]); // no document has 에너지 under any name
    own.close();
  });

  test('Korean in Latin letters is read in Hangul, and the other way round', async () => {
    const own = Engine.open();
    await own.index([
      textDocument('여행', '강릉 바다와 왕십리 시장. 가인은 배우다.'),
      textDocument('Team', 'Minjae leads it. Someone named Hana was absent.'),
    ]);
    const readings = (text: string) => own.attend(text).query.words[0]?.readings.map((one) => one.text);
    expect(readings('Gangneung')).toEqual(['강릉']);
    expect(readings('wangsimni')).toEqual(['왕십리']);
    expect(readings('민재')).toEqual(['minjae']);
    expect(readings('gangneun')).toEqual([]);
    expect(readings('gain')).not.toContain('가인'); // a word of English
    expect(own.search('Gangneung').attention.verdict).toBe('strong');
    own.close();
  });

  test('a word of the thesaurus is no slip, even if the lexicon of English lacks it', async () => {
    const own = Engine.open();
    await own.index([
      textDocument('Boats', 'The admiral was insured.'),
      textDocument('Bread', 'Flour and water.'),
    ]);
    expect(own.attend('admins').query.words[0]?.readings).toEqual([]);
    own.close();
  });

  test('a reading by meaning that the query has as another word counts once', async () => {
    const own = Engine.open();
    await own.index([textDocument('Printing', 'a string of plastic'), textDocument('Bees', 'honey and wax')]);
    const readings = (text: string) =>
      own.attend(text).query.words.flatMap((word) => word.readings.map(({ terms }) => terms.join()));
    expect(readings('violin')).toContain('string');
    expect(readings('strings for a violin')).not.toContain('string');
    own.close();
  });

  test('"how many" asks for no document with "many", unless it is all there is', () => {
    const termsOf = (text: string) => engine.attend(text).query.terms.map(({ term }) => term);
    expect(termsOf('how many orders')).toEqual(['order']);
    expect(termsOf('How long is sleep')).toEqual(['sleep']);
    expect(termsOf('how many')).toEqual(['mani']);
    expect(termsOf('many orders')).toEqual(['mani', 'order']);
  });

  test.each(['winter', 'castle', 'beak', 'coached', 'barrel', '재주'])('%s is a word, not a slip', (word) => {
    const { words } = engine.attend(word).query;
    expect(words.flatMap(({ readings }) => readings).filter(({ related }) => !related)).toEqual([]);
  });

  test.each(['atention', 'sofmax', 'retreival', 'attension'])('%s alone gives a strong verdict', (typed) => {
    expect(engine.search(typed).attention.verdict).toBe('strong');
  });

  test.each([
    ['mode', 'model', 1 / 6],
    ['committee', 'commit', 1 / 6],
  ])('%s is a word, read as %s with low similarity', (typed, text, similarity) => {
    const [word] = engine.attend(typed).query.words;
    expect(word?.readings[0]).toMatchObject({ text, similarity: expect.closeTo(similarity, 9) });
  });

  test('two words with one meaning are read as that, not word by word', async () => {
    const small = Engine.open();
    await small.index([
      textDocument('생일', '생일 아침에는 미역국을 끓인다'),
      textDocument('된장', '된장은 끓는 물에 푼다'),
      textDocument('Sea', 'The sea is salt water, and its fish are food.'),
    ]);
    const readings = (text: string) =>
      small.search(text).query.words.map((word) => word.readings.map((reading) => reading.text));
    expect(readings('Seaweed soup').map(([first]) => first)).toEqual(['미역국', '미역국']);
    expect(readings('seaweed, soup').map(([first]) => first)).not.toContain('미역국'); // two things
    expect(small.search('seaweed soup').results[0]?.title).toBe('생일');
    const [alone] = small.search('seaweed soup', { without: ['soup'] }).query.words;
    expect(alone?.readings[0]?.text).not.toBe('미역국');
    small.close();
  });

  test('a stop word beside a word has no reading, and all numbers are numbers', () => {
    const { query, attention, results } = engine.search('agencies dealing with dissemination');
    const read = new Map(query.words.map(({ text, readings }) => [text, readings.length]));
    expect(read.get('dealing')).toBeGreaterThan(0);
    expect(read.get('with')).toBe(0);
    expect([attention.evidence, ...results.map(({ weight }) => weight)].every(Number.isFinite)).toBe(true);
  });

  test('so are two words that only different documents have', async () => {
    const small = Engine.open();
    await small.index([
      textDocument('함수형 프로그래밍', '프로그래밍은 함수를 값으로 다룬다. 프로그래밍 언어가 많다.'),
      textDocument('다이내믹 마이크', '다이내믹 마이크는 튼튼하다.'),
      textDocument('동적 계획법', '작은 문제의 답을 적어 두고 다시 쓴다.'),
    ]);
    const { query, results } = small.search('다이내믹 프로그래밍');
    const read = query.words.map(({ readings }) => readings.map(({ text }) => text));
    expect(read).toEqual([['동적 계획법'], ['동적 계획법']]);
    expect(results[0]?.title).toBe('동적 계획법');
    small.close();
  });

  test('two words that one document has keep their weight, and are searched under their other names too', async () => {
    const small = Engine.open();
    await small.index([
      textDocument('둘 다', '다이내믹 마이크로 녹음한 프로그래밍 강의'),
      textDocument('알고리즘', '동적 계획법은 작은 문제의 답을 적어 둔다.'),
      textDocument('요리', '미역과 국수, 그리고 국'),
      textDocument('미역국', 'Seaweed and soup'),
    ]);
    const { query, results } = small.search('다이내믹 프로그래밍');
    for (const { readings } of query.words)
      expect(readings).toMatchObject([{ text: '동적 계획법', named: true, beside: true }]);
    expect(results.slice(0, 2).map(({ title }) => title)).toEqual(['둘 다', '알고리즘']);
    // Merely near in meaning: not beside two words that a document has.
    expect(small.search('seaweed soup').query.words.flatMap(({ readings }) => readings)).toEqual([]);
    small.close();
  });

  test('an English word, or 3월, is neither a slip nor typed on another keyboard layout', async () => {
    const small = Engine.open();
    await small.index([
      textDocument('승인', '재가를 받은 계획'),
      textDocument('Match', 'We lost the match against the neighbours.'),
      textDocument('Soup', 'Seaweed goes into the soup of the day.'),
      textDocument('생일', '미역국을 끓인다'),
    ]);
    const readings = (text: string) =>
      small.attend(text).query.words.flatMap((word) => word.readings.filter(({ related }) => !related));
    expect(readings('work')).toEqual([]); // 재가 on Korean keys
    expect(readings('3월')).toEqual([]); // march is nearly match
    // Words that documents have are not read as what they mean together.
    const [seaweed] = small.attend('seaweed soup').query.words;
    expect(seaweed?.readings.every(({ beside }) => beside)).toBe(true);
    small.close();
  });

  test('half of a phrase of the thesaurus is not searched by its meaning, but by its other names', async () => {
    const small = Engine.open();
    await small.index([
      ...NOTES,
      textDocument('Scaling', 'Divide by the square root of the dimension. 데코레이터 패턴.'),
      textDocument('Garden', 'Plants grow in this soil. The town square is paved.'),
      textDocument('Python', 'A decorator wraps a function.'),
    ]);
    const readings = (text: string) =>
      small.attend(text).query.words.flatMap((word) => word.readings.map((reading) => reading.text));
    expect(readings('root')).toContain('plant');
    expect(readings('the square root of d')).toEqual([]);
    expect(readings('데코레이터')).toContain('decorator');
    expect(readings('데코레이터 패턴')).toContain('decorator');
    small.close();
  });

  test('at most eight words are read softly, words of a phrase included', () => {
    const phrases = ['seaweed soup', 'tax return', 'page fault', 'hedge fund', 'gas stove', 'junk food'];
    const { words } = engine.attend(phrases.join(', ')).query;
    expect(words.filter(({ readings }) => readings.length > 0).length).toBeLessThanOrEqual(8 + 8);
    expect(words.filter(({ readings }) => readings.some(({ beside }) => !beside)).length).toBeLessThanOrEqual(
      8,
    );
  });

  test('an unfinished word is completed to what most documents have, not to the shortest word', async () => {
    const small = Engine.open();
    const said = ['repair of a wheel', 'repair of a chain', 'repair of a lamp', 'repay a loan'];
    await small.index(said.map((text, i) => textDocument(`Note ${i}`, text)));
    const [word] = small.attend('rep').query.words;
    small.close();
    expect(word?.readings.map(({ text }) => text)).toEqual(['repair', 'repai']);
  });

  test('a longer word only if it comes last and may still be being typed', () => {
    expect(readingsOf('sourdo temperature')).toEqual([]);
  });

  test.each([
    ['colours', 'color'],
    ['centre', 'center'],
    ['catalogue', 'catalog'],
    ['organising', 'organization'],
    ['analyse', 'analyz'],
    ['defence', 'defens'],
    ['anaemia', 'anemia'],
    ['grey', 'grai'],
    ['flavor', 'flavour'],
    ['theater', 'theatr'],
    ['dialog', 'dialogu'],
    ['hemoglobin', 'haemoglobin'],
  ])('%s in the other spelling, British or American: %s', async (typed, read) => {
    const small = Engine.open();
    const words = 'color center catalog organize analyze defense anemia gray';
    const british = 'flavour theatre dialogue haemoglobin';
    await small.index([textDocument('One', words), textDocument('Two', british)]);
    const [word] = small.attend(`${typed} words`).query.words;
    expect(word?.readings).toMatchObject([{ text: read, similarity: 0.9 }]);
    small.close();
  });

  test('two words written without a space, if one document has both', async () => {
    const small = Engine.open();
    await small.index([
      textDocument('Machines', 'learning with machines'),
      textDocument('Fish', 'nets and boats'),
      textDocument('Sea', 'wind and rivers'),
    ]);
    const read = (text: string) => small.attend(text).query.words[0]?.readings.map((reading) => reading.text);
    expect(read('machinelearning')).toEqual(['machine learning']);
    expect(read('machineboats')).toEqual([]);
    small.close();
  });

  test.each([
    ['WM14E', 'The machine is a WM 14 E.', 'wm 14 e'],
    ['LX1847', 'Flight LX 1847', 'lx 1847'],
    ['KX2291A', 'Key KX 2291A', 'kx 2291a'],
    ['240000', 'It costs 240,000 won.', '240 000'],
  ])('%s, whose letters and digits documents write apart: %s', async (typed, content, read) => {
    const small = Engine.open();
    await small.index([textDocument('Note', content), textDocument('Other', '14 machines, 000, 1847')]);
    const { query, results } = small.search(typed);
    expect(query.words[0]?.readings).toEqual([
      { text: read, terms: small.analyzer.terms(read), similarity: 0.8, share: Math.sqrt(0.8) },
    ]);
    expect(results[0]?.title).toBe('Note');
    expect(small.attend('WM99E').query.words[0]?.readings).toEqual([]);
    small.close();
  });
});

describe('a word that no document has but the thesaurus does', () => {
  test('is read as the words nearest in meaning, any one of which is enough', () => {
    const [word] = engine.attend('insomnia').query.words;
    expect(word?.readings).toEqual([
      { text: 'sleep', terms: ['sleep'], similarity: 0.5, share: 0.5, related: true },
      { text: 'night', terms: ['night'], similarity: 0.5, share: 0.5, related: true },
      { text: '수면', terms: ['수면'], similarity: 0.4, share: 0.4, related: true },
    ]);
    const { terms } = engine.attend('insomnia').query;
    const rounded = terms.map(({ term, ...of }) => [
      term,
      ...[of.queryWeight, of.asked, of.share].map((number) => Number(number.toFixed(4))),
    ]);
    const left = 1 - (0.5 + 0.5 + 0.4) / 3;
    expect(rounded).toEqual([
      ['insomnia', Number(left.toFixed(4)), Number(left.toFixed(4)), Number(left.toFixed(4))],
      ['sleep', 0.5, Number((0.5 / 3).toFixed(4)), 0.5],
      ['night', 0.5, Number((0.5 / 3).toFixed(4)), 0.5],
      ['수면', 0.4, Number((0.4 / 3).toFixed(4)), 0.4],
    ]);
  });

  test.each([
    ['insomnia', 'Sleep and light'],
    ['불면증에 좋은 것', '수면'],
    ['부엌칼 연마', '칼 갈기'],
  ])('%s finds %s', (text, title) => {
    const titles = engine.search(text, { limit: 3 }).results.map((result) => result.title);
    expect(titles).toContain(title);
  });

  test('is never taken for a slip', () => {
    for (const word of ['winter', '겨울잠', '안개']) {
      const [{ readings } = { readings: [] }] = engine.attend(word).query.words;
      expect(
        readings.every(({ related }) => related),
        word,
      ).toBe(true);
    }
  });

  test('is not read as a syllable that counts things in more than a tenth of the documents', async () => {
    const own = Engine.open();
    const files = Array.from({ length: 9 }, (_, i) =>
      textDocument(`파일 ${i}`, i < 5 ? '파일 세 개를 연다' : '파일을 닫는다'),
    );
    await own.index(files);
    const read = () => own.attend('강아지').query.words[0]?.readings.map(({ text }) => text);
    expect(read()).not.toContain('개');
    await own.remove([files[0]?.uri ?? '']);
    expect(read()).toContain('개'); // four documents may well be about dogs
    own.close();
  });

  test('is a counter after a number, and a way to do it after a verb: 여러 개 has no dogs, 우리 개 is a dog', async () => {
    const own = Engine.open();
    await own.index([
      { uri: 'dog', format: 'text', title: 'Walking a dog', content: 'A dog and a horse in the rain.' },
      {
        uri: 'files',
        format: 'text',
        title: 'Files',
        content: 'Several files at once, which is against the law.',
      },
    ]);
    const dogs = (text: string) =>
      own.attend(text).query.words.flatMap(({ readings }) => readings.map((reading) => reading.text));
    for (const text of ['여러 개', '두 개를', '3개', '사과 세 개', '몇 개까지'])
      expect(dogs(text), text).not.toContain('dog');
    for (const text of ['우리 개', '개를', '개 세 마리']) expect(dogs(text), text).toContain('dog');
    expect(dogs('빵 굽는 법')).not.toContain('law');
    expect(dogs('저작권 법')).toContain('law');
    expect(dogs('열 말')).not.toContain('horse');
    expect(dogs('흰 말')).toContain('horse');
    // Where few documents have the syllable, too.
    await own.index([{ uri: 'ko', format: 'text', title: '파일 세 개', content: '파일이 세 개 있다.' }]);
    for (let i = 0; i < 12; i++)
      await own.index([{ uri: `other ${i}`, format: 'text', title: `Other ${i}`, content: 'Rain.' }]);
    expect(dogs('여러 개')).not.toContain('dog');
    expect(dogs('우리 개')).toContain('dog');
    own.close();
  });

  test('makes the result a guess: the same ranking at a twentieth of the odds', () => {
    const { query, attention } = engine.search('insomnia');
    expect(query.doubt).toBeCloseTo(Math.log(0.05), 12);
    const lift = engine.calibration.explained.bias * query.explained;
    const certain = engine.calibration.bias + lift - Math.log(attention.documents);
    expect(attention.bias).toBeCloseTo(certain + Math.log(0.05), 9);
    expect(engine.search('insomnia sleep').query.doubt).toBeCloseTo(0.5 * Math.log(0.05), 12);
    expect(engine.search('insomnia insomnia').query.doubt).toBeCloseTo(Math.log(0.05), 12);
    expect(engine.search('sleep').query.doubt).toBe(0);
    expect(engine.search('insomnia', { without: ['insomnia'] }).query.doubt).toBe(0);
  });

  test('is a quarter of a guess if translated, and no guess if it is another name', async () => {
    const own = Engine.open();
    const text = { format: 'text' as const };
    await own.index([
      { ...text, uri: 'telescope', title: 'Choosing a telescope', content: 'A telescope gathers light.' },
      { ...text, uri: 'docker', title: 'Docker', content: 'Docker runs containers.' },
      { ...text, uri: 'soup', title: 'Soup', content: 'Water and salt.' },
    ]);
    const doubt = (text: string) => own.search(text).query.doubt / Math.log(0.05);
    expect(doubt('망원경')).toBeCloseTo(0.25, 12);
    expect(doubt('망원경 고르기')).toBeCloseTo(0.25, 12); // both are translated
    expect(doubt('망원경 docker')).toBeCloseTo(0.125, 12);
    expect(doubt('도커')).toBeCloseTo(0, 12);
    expect(doubt('stew')).toBeCloseTo(1, 12);
    own.close();
  });

  test('written without spaces is cut into the phrase that documents write with spaces', async () => {
    const own = Engine.open();
    await own.index([
      textDocument('그래프', '깊이 우선 탐색은 스택으로, 너비 우선 탐색은 큐로 한다. dfs는 그래프를 훑는다.'),
      textDocument('바다', '배와 항구 이야기'),
      textDocument('은행', '은행에서 통장을 만든다.'),
      textDocument('숲', '나무 사이로 난 길.'),
    ]);
    const wordsOf = (text: string) => own.attend(text).query.words.map((word) => word.text);
    expect(wordsOf('깊이우선탐색')).toEqual(['깊이', '우선', '탐색']);
    expect(wordsOf('깊이우선탐색을')).toEqual(['깊이', '우선', '탐색을']);
    expect(own.search('깊이우선탐색').attention.verdict).toBe(own.search('깊이 우선 탐색').attention.verdict);
    expect(own.search('깊이우선탐색').query.doubt).toBe(0);
    // No document has both, a part is unknown, or the word is too short for two.
    for (const text of ['은행나무', '깊이우선뷁뷁', '깊탐색']) expect(wordsOf(text)).toEqual([text]);
    own.close();
  });

  test('is found in another language, if documents have it in that one only', async () => {
    const english = Engine.open();
    await english.index((await readNotes('data/demo')).filter(({ uri }) => uri.startsWith('en/')));
    for (const [text, title] of [
      ['블랙홀', 'Black holes'],
      ['허리 통증', 'Lower back pain'],
      ['과적합', 'Overfitting'],
      ['토마토 키우기', 'Tomatoes from seed'],
    ] as const) {
      const { results, attention } = english.search(text, { limit: 1 });
      expect(results[0]?.title).toBe(title);
      if (!text.includes('키우기')) expect(attention.verdict, text).not.toBe('none');
    }
    english.close();
  });
});

test('a number and its counter written together weigh as one word of a query', () => {
  const weights = (text: string) =>
    engine.attend(text).query.terms.map(({ term, queryWeight }) => [term, queryWeight]);
  expect(weights('2019년 가야금').slice(0, 4)).toEqual([
    ['2019', 0.5],
    ['년', 0.5],
    ['가야', 0.5],
    ['야금', 0.5],
  ]);
  expect(weights('2019 년')).toEqual([
    ['2019', 1],
    ['년', 1],
  ]);
});

test('the thesaurus is loaded with the first search, not before', async () => {
  const read = vi.spyOn(Thesaurus, 'read');
  const small = Engine.open();
  await small.index(Array.from({ length: 60 }, (_, i) => textDocument(`Note ${i}`, 'ships and harbours')));
  expect(read).not.toHaveBeenCalled();
  small.search('ships');
  small.search('boats');
  expect(read).toHaveBeenCalledOnce();
  small.close();
  read.mockRestore();
});

describe('Hangul without spaces', () => {
  const wordsOf = (text: string, engineOf = engine) =>
    engineOf.attend(text).query.words.map(({ text, terms }) => (terms.length > 0 ? text : `(${text})`));

  test.each([
    ['어텐션을왜쓰나요', ['어텐션을', '(왜)', '(쓰나요)'], '어텐션이란'],
    ['과적합을막는방법', ['과적합을', '막는', '방법'], '과적합'],
    ['장미는언제가지치기하나요', ['장미는', '(언제)', '가지치기하나요'], 'Pruning roses'],
    ['트랜스포머에서위치정보', ['트랜스포머에서', '위치정보'], '트랜스포머'],
    ['제주도렌터카', ['제주도', '렌터카'], '제주 올레길'],
  ])('%s is searched as %j and finds %s', (text, words, title) => {
    expect(wordsOf(text)).toEqual(words);
    const { results, attention, query } = engine.search(text);
    expect(attention.verdict).toBe('strong');
    expect(results[0]?.title).toBe(title);
    for (const { start, end, text: word } of query.words) expect(text.slice(start, end)).toBe(word);
  });

  test('is searched as the same question with spaces', () => {
    const [without, spaced] = ['소프트맥스는왜쓰나요', '소프트맥스는 왜 쓰나요'].map((text) =>
      engine.search(text),
    );
    expect(without?.attention).toEqual(spaced?.attention);
    expect(without?.results).toEqual(spaced?.results);
  });

  test('stays one word if it is a slip, or has only stop words beside one other', () => {
    expect(wordsOf('된장찌게를')).toEqual(['된장찌게를']);
    expect(wordsOf('시차적응')).toEqual(['시차적응']); // the thesaurus has it
    expect(wordsOf('제주렌터')).toEqual(['제주렌터']);
    expect(wordsOf('밥 제주커피')).toEqual(['밥', '제주', '커피']);
    expect(wordsOf('분갈이 보통언제')).toEqual(['분갈이', '보통', '(언제)']);
    expect(wordsOf('점이 모자라서인가')).toEqual(['점이', '모자라서인가']);
  });

  test('is cut once more where a title has the words of an entry of the thesaurus', async () => {
    const own = Engine.open();
    await own.index([
      textDocument('크로스 어텐션', '쿼리는 디코더에서 온다.'),
      textDocument('Cross-attention', 'Queries come from the decoder.'),
    ]);
    expect(wordsOf('크로스어텐션이뭐야', own)).toEqual(['크로스', '어텐션이', '(뭐야)']);
    expect(own.search('크로스어텐션이뭐야').results[0]?.title).toBe('크로스 어텐션');
    own.close();
  });

  test('is read as a phrase under its other names, like the same with spaces', async () => {
    const own = Engine.open();
    await own.index([
      textDocument('Context switching', 'The kernel saves the registers.'),
      textDocument('스위칭 허브', '컨텍스트 없이 스위칭만 한다.'),
    ]);
    for (const text of ['컨텍스트스위칭', '컨텍스트 스위칭'])
      expect(own.search(text).results[0]?.title).toBe('Context switching');
    own.close();
  });

  test('stays one word if it is an entry of the thesaurus with a particle', async () => {
    const own = Engine.open();
    await own.index([
      textDocument('Closure', 'A function with its scope.'),
      textDocument('서버', '더 클수록 좋고 클로'),
    ]);
    for (const text of ['클로저란', '클로저는', '클로저가', '클로저']) {
      expect(wordsOf(text, own)).toEqual([text]);
      expect(own.search(text).results[0]?.title).toBe('Closure');
    }
    own.close();
  });

  test('is cut up to sixty syllables of a query, since that takes time', () => {
    const text = '과적합을막는방법';
    const words = wordsOf(Array(9).fill(text).join(' '));
    expect(words).toHaveLength(7 * 3 + 2);
    expect(words.slice(-2)).toEqual([text, text]);
  });

  test('a part of it can be switched off', () => {
    const { query } = engine.search('어텐션을왜쓰나요', { without: ['어텐션을'] });
    expect(query.words.map(({ off }) => off)).toEqual([true, false, false]);
    expect(query.terms).toEqual([]);
  });

  test('is cut at a word that a document has as a whole, not at the beginning of another', async () => {
    const own = Engine.open();
    await own.index([
      textDocument('셀프 어텐션', '가중치는 입력에서 나온다.'),
      textDocument('빛', '숀이 찍은 사진'),
    ]);
    expect(wordsOf('셀프어텐숀이뭔가요', own)).not.toContain('어텐');
    own.close();
  });
});

test('a name stands for all of a Hangul word: documents with one of its pairs have another word', async () => {
  const small = Engine.open();
  await small.index([
    textDocument('가상 함수', '가상 함수는 가상 표를 쓴다. 가상, 가상, 가상.'),
    textDocument('Vue', 'The virtual DOM is compared with the last one.'),
  ]);
  const { query, results } = small.search('가상돔');
  expect(query.words[0]?.readings).toMatchObject([{ text: 'virtual dom', named: true }]);
  expect(results[0]?.title).toBe('Vue');
  small.close();
});

describe('a title under another name', () => {
  const readingsOf = (from: Engine, text: string) =>
    from.search(text).query.words.map(({ readings }) => readings.map(({ text }) => text));
  const notes = [
    textDocument('Race Condition', 'Two threads write, and one of them loses.'),
    textDocument('반도체', '회사의 경쟁은 끝나지 않았고, 공장의 상태는 좋다. 경쟁 상태'),
    textDocument('Singleton Class', 'There is only one instance.'),
    textDocument('리팩토링', '싱글톤을 고친다. 클래스 이름도 고친다. 싱글톤 클래스'),
  ];

  test.each([
    ['경쟁 상태', 'race condition', 'Race Condition'],
    ['싱글톤 클래스', 'singleton', 'Singleton Class'],
  ])('%s finds the title that has its words under other names', async (text, name, title) => {
    const small = Engine.open();
    await small.index(notes);
    expect(readingsOf(small, text).flat()).toContain(name);
    const { results, attention } = small.search(text);
    expect(results[0]?.title).toBe(title);
    expect(attention.verdict).toBe('strong');
    small.close();
  });

  test('is found by a name of three words, and typed apart or as one it is no other name', async () => {
    const small = Engine.open();
    await small.index([
      textDocument('DFS', 'A stack, or recursion.'),
      textDocument('Entropy', 'How many bits a source has.'),
      textDocument('Cross entropy', 'A loss.'),
      textDocument('면접', '깊이, 우선, 탐색을 묻는다. 교차로. 엔트로피.'),
      textDocument('정규표현식', '글자의 무늬'),
      textDocument('Regular expressions', 'Patterns of letters. 정규 표현 식'),
    ]);
    expect(readingsOf(small, '깊이 우선 탐색').map(([name]) => name)).toEqual(['dfs', 'dfs', 'dfs']);
    expect(small.search('깊이 우선 탐색').results[0]?.title).toBe('DFS');
    // The longer name says more: not entropy.
    expect(readingsOf(small, '교차 엔트로피')[1]).toEqual(['cross entropy']);
    expect(
      small.search('정규 표현 식').query.words.flatMap(({ readings }) => readings.map((one) => one.titled)),
    ).not.toContain(true);
    small.close();
  });

  test('is looked for word by word where no title has all', async () => {
    const small = Engine.open();
    await small.index([
      ...notes,
      textDocument('QuickSort', 'It divides by a pivot, and takes n log n steps.'),
      textDocument('MergeSort', '퀵소트보다 느리다. 시간복잡도는 n log n이다.'),
    ]);
    expect(readingsOf(small, '퀵소트 시간복잡도')).toEqual([['quicksort'], []]);
    expect(readingsOf(small, '퀵소트와 싱글톤의 시간복잡도')[0]).toEqual(['quicksort']);
    const [word] = small.search('퀵소트 시간복잡도').query.words;
    expect(word?.readings[0]).toMatchObject({ named: true, titled: true });
    expect(word?.readings[0]?.share).toBeCloseTo(0.6 * 0.8, 12);
    small.close();
  });

  test('is not looked for where a document has the words as typed as another name of its own', async () => {
    const small = Engine.open();
    await small.index([
      ...notes,
      { ...textDocument('동기화', '경쟁 상태는 스레드의 문제다.'), aliases: ['경쟁 상태와 잠금'] },
    ]);
    expect(small.search('경쟁 상태').results[0]?.title).toBe('동기화');
    expect(readingsOf(small, '경쟁 상태')).toEqual([['race condition'], ['race condition']]);
    const { words } = small.search('경쟁 상태').query;
    expect(words.every(({ readings }) => readings.every(({ beside }) => beside))).toBe(true);
    small.close();
  });

  test('is not looked for where a title has the words as typed, or a document without a title has them', async () => {
    for (const title of ['경쟁 상태', '']) {
      const small = Engine.open();
      await small.index([...notes, { ...textDocument('같은 말', '경쟁 상태는 스레드의 문제다.'), title }]);
      const { words } = small.search('경쟁 상태').query;
      expect(words.every(({ readings }) => readings.every(({ beside }) => beside))).toBe(true);
      small.close();
    }
  });
});

describe('a word that few documents have', () => {
  test('is searched by its meaning too, and keeps its own weight', () => {
    const { query } = engine.search('spine');
    const [{ readings } = { readings: [] }] = query.words;
    expect(readings[0]).toMatchObject({ text: 'back', similarity: 0.5, related: true, beside: true });
    for (const { share, similarity } of readings) expect(share).toBeCloseTo(0.6 * similarity, 12);
    const [spine, ...others] = engine.attend('spine').query.terms;
    expect(spine).toMatchObject({ term: 'spine', queryWeight: 1, asked: 1, share: 1 });
    for (const other of others) expect(other).toMatchObject({ asked: 0, share: 0 });
    expect(query.doubt).toBe(0);
  });

  test('gives a document that has it the same words score as without related words', async () => {
    const [small, plain] = [Engine.open(), Engine.open()];
    const notes = (other: string) => [
      textDocument('Spine', 'the spine and its length'),
      textDocument('Other', other),
      ...Array.from({ length: 30 }, (_, i) =>
        textDocument(`Note ${i}`, `number ${i} of many notes on ships`),
      ),
    ];
    await small.index(notes('the backbone of a fish'));
    await plain.index(notes('the backside of a fish'));
    const wordsOf = (from: Engine) =>
      from.search('spine').results.map(({ title, scores }) => [title, scores.words]);
    expect(small.search('spine').query.words[0]?.readings.map(({ text }) => text)).toEqual(['backbone']);
    expect(plain.search('spine').query.words[0]?.readings).toEqual([]);
    const [alone, beside] = [Object.fromEntries(wordsOf(plain)), Object.fromEntries(wordsOf(small))];
    expect(beside.Spine).toBeCloseTo(Number(alone.Spine), 12);
    expect(beside.Other).toBeGreaterThan(0);
    small.close();
    plain.close();
  });

  test('gives no document a words score above 1', async () => {
    const small = Engine.open();
    await small.index([
      textDocument('교착 상태', '교착 상태는 데드락이다. 데드락, 교착, 데드락, 교착.'),
      ...Array.from({ length: 60 }, (_, i) => textDocument(`글 ${i}`, `배와 바다 이야기 ${i}`)),
    ]);
    const [result] = small.search('교착').results;
    expect(small.search('교착').query.words[0]?.readings[0]).toMatchObject({ text: '데드락', beside: true });
    expect(result?.scores.words).toBeGreaterThan(0.9);
    expect(result?.scores.words).toBeLessThanOrEqual(1);
    const { words } = small.explain('교착', result?.id ?? 0);
    const sum = words.reduce((all, { share }) => all + share, 0);
    expect(sum).toBeGreaterThan(1);
    expect(result?.scores.words).toBe(1);
    small.close();
  });

  test('is not searched by its meaning if more than a tenth of all documents have it', async () => {
    const small = Engine.open();
    await small.index([textDocument('Spine', 'the spine'), textDocument('Back', 'the back')]);
    expect(small.attend('spine').query.words[0]?.readings).toEqual([]);
    small.close();
  });
});

describe('two words that documents write as one', () => {
  test.each([
    ['flash attention', 'flashattent', 'FlashAttention'],
    ['sour dough', 'sourdough', 'Sourdough starter'],
    ['soft-max', 'softmax', 'Softmax'],
    ['how does Flash Attention work', 'flashattent', 'FlashAttention'],
  ])('%s', (typed, joined, title) => {
    const response = engine.search(typed, { limit: 3 });
    const read = response.query.words.filter(({ readings }) => readings.some(({ joins }) => joins));
    expect(read).toHaveLength(2);
    for (const { readings } of read)
      expect(readings).toEqual([expect.objectContaining({ text: joined, terms: [joined] })]);
    expect(response.results.map((result) => result.title)).toContain(title);
  });

  test('are joined to a code if just one of them is a number', async () => {
    const small = Engine.open();
    await small.index([
      textDocument('Flight', 'Booked: LX1847, seat 1234'),
      textDocument('Other', 'LX and more'),
    ]);
    const joined = (text: string) => small.attend(text).query.words.map(({ readings }) => readings[0]?.text);
    expect(joined('LX 1847')).toEqual(['lx1847', 'lx1847']);
    expect(joined('12 34')).toEqual([undefined, undefined]);
    small.close();
  });

  test('keep more of their own weight, the more documents have both', async () => {
    const small = Engine.open();
    await small.index([
      textDocument('One', 'a hash map of words'),
      textDocument('Two', 'the map is a hash'),
      textDocument('Three', 'hashmap or tree'),
    ]);
    const read = small.attend('hash map').query;
    expect(read.words[0]?.readings).toEqual([
      {
        text: 'hashmap',
        terms: ['hashmap'],
        similarity: 0.8,
        share: expect.closeTo(0.8 / 3, 12),
        joins: true,
      },
    ]);
    const counts = Object.fromEntries(read.terms.map(({ term, queryWeight }) => [term, queryWeight]));
    expect(counts.hash).toBeCloseTo(1 - 0.8 / 3, 12);
    expect(counts.hashmap).toBeCloseTo(1.6 / 3, 12);
    expect(read.length).toBeCloseTo(2, 12);
    small.close();
  });

  test('are not joined if one is switched off: the other stands for itself', () => {
    const without = (off: string) => engine.search('flash attention', { without: [off] });
    expect(without('attention').query.terms).toEqual(['flash', 'light', '빛']);
    expect(without('flash').query.terms).toEqual(['attent']);
    expect(without('flash').attention.evidence).toBeCloseTo(engine.search('attention').attention.evidence, 9);
  });

  test('are not joined if something stands between them, or if no document joins them', () => {
    for (const text of ['flash, attention', 'flash of attention', 'attention flash', 'in put'])
      expect(
        engine.attend(text).query.words.flatMap(({ readings }) => readings.filter(({ joins }) => joins)),
      ).toEqual([]);
  });
});

test('at most eight different words of a query are read softly, and a repeated one each time', () => {
  const slips =
    'atention retreival prunning gutenburg sofmax sorudouhg temprature transformr similarty languge'.split(
      ' ',
    );
  for (const slip of slips) expect(readingsOf(`${slip} what`), slip).not.toEqual([]);
  const { words } = engine.attend(`${slips.join(' ')} ${slips[0]}`).query;
  expect(words.map(({ readings }) => readings.length > 0)).toEqual([
    ...Array(8).fill(true),
    false,
    false,
    true,
  ]);
});

test('a repeated word adds nothing', () => {
  const [once, often] = ['mortgage rates', 'mortgage rates '.repeat(40)].map((text) => engine.search(text));
  expect(often?.query.length).toBe(2);
  expect(often?.attention.heads.words).toBeCloseTo(once?.attention.heads.words ?? 0, 6);
  expect(often?.attention.verdict).toBe('none');
  // A word that is unfinished at the end is read as unfinished everywhere.
  expect(readingsOf('transf attention transf')).toEqual(['transform', 'transform']);
});

test.each(['flash attention', 'atention heads', 'sofmax', '트렌스포머 구조', 'ㅇㅌㅅ'])(
  'the response to “%s” can be recomputed, and each share is visible',
  (text) => {
    const response = engine.search(text);
    expect(violations(response, (id) => engine.document(id).content)).toEqual([]);
    const read = response.query.words.flatMap(({ readings }) => readings);
    expect(read.length).toBeGreaterThan(0);
    for (const { share, similarity, terms } of read) {
      expect(share).toBeGreaterThan(0);
      expect(share).toBeLessThanOrEqual(Math.sqrt(similarity) + 1e-12);
      expect(similarity).toBeLessThan(1);
      expect(response.query.terms).toEqual(expect.arrayContaining([...terms]));
    }
    const best = engine.explain(text, response.results[0]?.id ?? 0);
    const sum = best.words.reduce((total, { share }) => total + share, 0);
    expect(Math.fround(sum)).toBe(response.results[0]?.scores.words);
    const soft = best.words.filter(({ count, frequency }) => count > 0 && count < 1 && frequency > 0);
    expect(soft.length).toBeGreaterThan(0);
  },
);

test('a misspelled query never scores a document above what the word itself does', () => {
  const words = [
    'attention',
    'softmax',
    'embedding',
    'retrieval',
    'sourdough',
    'telescope',
    '어텐션',
    '트랜스포머',
    '임베딩',
  ];
  let soft = 0;
  for (const word of words) {
    for (let seed = 0; seed < 8; seed++) {
      const slip = misspell(word, seed) ?? '';
      const [exact, misspelled] = [engine.attend(word), engine.attend(slip)];
      const [reading, ...others] = misspelled.query.words.flatMap(({ readings }) => readings);
      const meant = exact.query.words.flatMap(({ terms }) => terms);
      if (!reading || others.length > 0 || !meant.every((term) => reading.terms.includes(term))) continue;
      soft++;
      const scoresOf = ({ record }: typeof exact) =>
        record.heads.find(({ name }) => name === 'words')?.scores ?? [];
      const above = scoresOf(exact);
      scoresOf(misspelled).forEach((score, i) => {
        expect(score).toBeLessThanOrEqual((above[i] ?? 0) + 1e-12);
      });
    }
  }
  expect(soft).toBeGreaterThan(30);
});

test('a word switched off is not read', () => {
  const { query } = engine.attend('atention heads', { without: ['atention'] });
  expect(query.terms.map(({ term }) => term)).toEqual(['head']);
});

test('misspelling is the same for the same text, and changes one word', () => {
  expect(misspell('scaled dot-product attention')).toBe(misspell('scaled dot-product attention'));
  expect(misspell('scaled dot-product attention')).not.toBe('scaled dot-product attention');
  expect(misspell('the cat')).toBeNull();
});

describe('names', () => {
  const documents = [
    textDocument('Redis', 'Redis keeps values in memory.'),
    textDocument('레디 플레이어', '레디 플레이어 원은 영화다.'),
    textDocument('디스크', '디스크는 느리다.'),
    textDocument('세그먼테이션', '세그먼테이션은 프로그램을 나눈다.'),
    textDocument('이미지', '이미지와 그림.'),
    textDocument('잠', '잠은 zzzz 소리가 난다.'),
  ];
  const read = async (text: string) => {
    const engine = Engine.open();
    await engine.index(documents);
    const { query, results } = engine.search(text);
    engine.close();
    return { readings: query.words[0]?.readings, doubt: query.doubt, first: results[0]?.title };
  };

  test('a name that documents have only in the other script is found there, without being a guess', async () => {
    const { readings, ...found } = await read('레디스');
    expect(readings).toEqual([{ text: 'redis', terms: ['redi'], similarity: 0.8, share: 0.8, named: true }]);
    expect(found).toEqual({ doubt: 0, first: 'Redis' });
  });

  test('a long word one jamo away from a known one is read as that, whatever the thesaurus says of it', async () => {
    const { readings, first } = await read('세그멘테이션');
    expect(readings).toMatchObject([
      { text: '세그먼테이션', share: expect.closeTo(Math.sqrt(1 - 2 / 14), 12) },
    ]);
    expect(first).toBe('세그먼테이션');
  });

  test('a Korean verb or adjective that documents have in another form is read as that, and is no guess', async () => {
    const engine = Engine.open();
    await engine.index([
      textDocument('스케일링', '점수를 차원의 제곱근으로 나누면 너무 커지지 않는다. 그래서 나눕니다.'),
      textDocument('일기', '무릎이 조금 아프다. 가스를 잠갔다.'),
    ]);
    const read = (text: string) => {
      const { words, doubt } = engine.attend(text).query;
      return [words.at(-1)?.readings.map((one) => one.text), doubt];
    };
    expect(read('왜 제곱근으로 나눠')).toEqual([expect.arrayContaining(['나누', '나눕니']), 0]);
    expect(read('무릎이 아팠던')).toEqual([['아프'], 0]);
    expect(read('집에 가서')[0]).toEqual([]); // not 가스
    expect(engine.search('무릎이 아파').attention.verdict).toBe('strong');
    engine.close();
  });

  test('initial consonants or a slip are read only as words that a document has, not as pairs from several', async () => {
    const engine = Engine.open();
    await engine.index([
      textDocument('교착', '데드락에서 돋다. 다른 마이크로서비스'), // 돋다 and 다른 make no 돋다른
      textDocument('건물', '그가 건네준 대관식 관가 노래 가요'), // nor 관가 and 가요 관가요
    ]);
    const read = (text: string) => engine.attend(text).query.words[0]?.readings.map((one) => one.text);
    expect(read('ㄷㄷㄹ')).toEqual(['데드락']);
    expect(read('돤가요')).toEqual([]);
    expect(read('크로스')).toEqual([]); // 마이크로서비스 does not begin with 크로서
    engine.close();
  });

  test('laughter is not read as keys of another keyboard layout', async () => {
    expect((await read('ㅋㅋㅋㅋ')).readings).toEqual([]);
  });
});

describe('a Korean predicate', () => {
  let roads: Engine;
  beforeAll(async () => {
    roads = Engine.open();
    await roads.index([
      textDocument('포트홀', '신고 후 사흘 안에 보수를 마친다.'),
      textDocument('점포 정리', '점포의 폐업은 세무서에 알린다.'),
      textDocument('이사', '창고는 토요일에 비웠다.'),
      textDocument('꽃', '꽃은 봄에 핀다.'),
    ]);
  });
  afterAll(() => roads.close());
  const read = (text: string) => {
    const { results, query } = roads.search(text);
    return [
      results[0]?.title,
      query.words.flatMap(({ readings }) => readings.map((reading) => reading.text)),
    ];
  };

  test('finds what documents write instead', () => {
    expect(read('며칠 만에 고쳐 주나요')).toEqual(['포트홀', ['보수']]);
  });

  test('finds its other forms, whatever ending it has', () => {
    expect(read('언제까지 비워야 해')).toEqual(['이사', ['비웠']]);
  });

  test('finds what it means together with a noun', () => {
    const [title, readings] = read('문을 닫았나요');
    expect(title).toBe('점포 정리');
    expect(readings).toContain('폐업');
  });
});
