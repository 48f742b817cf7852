import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Thesaurus } from '../../lib/lexical/thesaurus.ts';
import { Analyzer } from '../../lib/text/analyzer.ts';

const analyzer = new Analyzer();
const thesaurus = (...lines: string[]) => new Thesaurus(lines.join('\n'), (text) => analyzer.terms(text));
const nearOf = (word: string, ...lines: string[]) =>
  thesaurus(...lines)
    .related({ text: word, terms: analyzer.terms(word) })
    ?.map(({ text, similarity }) => `${text} ${similarity}`)
    .join(', ') ?? null;

const SLEEP = 'insomnia, sleeplessness, 불면증 > sleep, 수면';

describe('words near in meaning', () => {
  test('are its synonyms, what they are about, and both in the other language', () => {
    expect(nearOf('insomnia', SLEEP)).toBe('sleeplessness 0.8, sleep 0.5, 불면증 0.6, 수면 0.4');
    expect(nearOf('불면증', SLEEP)).toBe('수면 0.5, insomnia 0.6, sleeplessness 0.6, sleep 0.4');
  });

  test('are its other names first, and these only if documents have one of them', () => {
    const names = new Thesaurus(
      'database, 데이터베이스 > storage\n레디스 > cache',
      (text) => analyzer.terms(text),
      'redis, remote dictionary, 레디스',
    );
    const word = { text: '레디스', terms: analyzer.terms('레디스') };
    expect(names.related(word)?.map(({ text, similarity }) => `${text} ${similarity}`)).toEqual([
      'redis 0.8',
      'remote dictionary 0.8',
      'cache 0.4',
    ]);
    expect(names.readings(word, () => true)).toEqual([
      { text: 'redis', terms: ['redi'], similarity: 0.8, share: 0.8, named: true },
      { text: 'remote dictionary', terms: ['remot', 'dictionari'], similarity: 0.8, share: 0.8, named: true },
    ]);
    expect(names.readings(word, ([term]) => term === 'cach')).toEqual([
      { text: 'cache', terms: ['cach'], similarity: 0.4, share: 0.4, related: true },
    ]);
  });

  test('names alone are those of a word, or of a phrase as typed, that documents have', () => {
    const names = new Thesaurus(
      'page, sheet > paper\n레디스 > cache',
      (text) => analyzer.terms(text),
      'redis, 레디스\npaging, 페이징\nrace condition, 경쟁 상태',
    );
    const namesOf = (text: string, has = (_: readonly string[]) => true) =>
      names.names({ text, terms: analyzer.terms(text) }, has).map((one) => one.text);
    expect(namesOf('레디스')).toEqual(['redis']);
    expect(namesOf('레디스', () => false)).toEqual([]);
    expect(namesOf('Race condition')).toEqual(['경쟁 상태']);
    expect(namesOf('페이징')).toEqual(['paging']);
    expect(namesOf('page')).toEqual([]); // it means something as typed, so its stem is not looked up
    expect(namesOf('에이치티티피')).toEqual(['http']);
    expect(['Race', '경쟁', 'condition', 'page', 'redis'].map((word) => names.beginsName(word))).toEqual([
      ...[true, true, false, false, false],
    ]);
  });

  test('of two words are those of their entry, also if the first has two letters', () => {
    const phrases = thesaurus(
      'kv cache, 어텐션 캐시',
      'square root, 제곱근',
      '쉬는 날, 휴무일',
      '집 주인, 임대인',
    );
    const read = (one: string, two: string) =>
      phrases
        .phraseReadings(
          { text: one, terms: analyzer.terms(one) },
          { text: two, terms: analyzer.terms(two) },
          () => true,
        )
        ?.map(({ text }) => text);
    expect(read('kv', 'cache')).toEqual(['어텐션 캐시']);
    expect(read('Square', 'root')).toEqual(['제곱근']);
    expect(read('쉬는', '날은')).toEqual(['휴무일']);
    expect(read('집의', '주인에게')).toEqual(['임대인']);
    expect(read('쉬는', '달은')).toBeUndefined();
    expect(phrases.hasPhrase('KV cache')).toBe(true);
    expect(phrases.hasPhrase('cache kv')).toBe(false);
  });

  test('of a word that a group is about are the words of the group', () => {
    expect(nearOf('수면', SLEEP)).toBe('불면증 0.5, insomnia 0.4, sleeplessness 0.4');
    expect(nearOf('car', 'car, auto > engine', 'tyre, wheel > car')).toBe(
      'auto 0.8, engine 0.5, tyre 0.5, wheel 0.5',
    );
  });

  test.each([
    ['travelling', 'travel, journey', 'journey 0.8'],
    ['energies', 'energy, power', 'power 0.8'],
    ['toys', 'toy, plaything', 'plaything 0.8'],
    ['불면증이', '불면증, 불면', '불면 0.8'],
    ['몰두하지', '몰두, 집중', '집중 0.8'],
    ['습관적인', '습관, 버릇', '버릇 0.8'],
    ['자유로운', '자유, 해방', null],
    ['sleepy', 'sleep, slumber', null],
    ['control', 'git, version control', null],
    ['', SLEEP, null],
  ])('%s', (word, line, expected) => {
    expect(nearOf(word, line)).toBe(expected);
  });

  test('an exact match comes before other words with the same stem', () => {
    const lines = ['information, knowledge', 'informal, casual'];
    expect(nearOf('information', ...lines)).toBe('knowledge 0.8');
    expect(nearOf('informs', ...lines)).toBe('knowledge 0.8, casual 0.8');
  });
});

describe('readings', () => {
  const readingsOf = (word: string, known: readonly string[], ...lines: string[]) =>
    thesaurus(...lines).readings({ text: word, terms: analyzer.terms(word) }, (terms) =>
      terms.every((term) => known.includes(term)),
    );

  test('are the nearest words of which documents have all terms', () => {
    expect(readingsOf('insomnia', ['sleep', 'night', '불면', '면증', '수면'], `${SLEEP}, night`)).toEqual([
      { text: 'sleep', terms: ['sleep'], similarity: 0.5, share: 0.5, related: true },
      { text: 'night', terms: ['night'], similarity: 0.5, share: 0.5, related: true },
      {
        ...{ text: '불면증', terms: ['불면', '면증'], similarity: 0.6, share: 0.6 },
        ...{ related: true, translates: true },
      },
    ]);
  });

  test('are marked as translations if they are synonyms in the other language, not if they are what the word is about', () => {
    const translating = (word: string) =>
      readingsOf(word, ['sleep', 'sleepless', '수면', '불면', '면증'], SLEEP)?.flatMap(
        ({ text, translates }) => (translates ? [text] : []),
      );
    expect(translating('insomnia')).toEqual(['불면증']);
    expect(translating('불면증')).toEqual(['sleeplessness']);
    expect(translating('수면')).toEqual([]);
  });

  test('have the analyser’s terms, those of both words of a phrase, and each term list once', () => {
    expect(readingsOf('git', ['version', 'control'], 'git, version control, versions control')).toEqual([
      { text: 'version control', terms: ['version', 'control'], similarity: 0.8, share: 0.8, related: true },
    ]);
  });

  test('are at most three', () => {
    expect(readingsOf('a1', ['b1', 'b2', 'b3', 'b4'], 'a1, b1, b2, b3, b4')?.map(({ text }) => text)).toEqual(
      ['b1', 'b2', 'b3'],
    );
  });

  test('are empty if documents have none of them, and null if the thesaurus lacks the word', () => {
    expect(readingsOf('insomnia', ['snow'], SLEEP)).toEqual([]);
    expect(readingsOf('winter', ['snow'], SLEEP)).toBe(null);
  });

  test('beside a word that documents have leave out the words that are about it', () => {
    const ask = (word: string, isBeside: boolean) =>
      thesaurus('industrious, diligent > work, effort')
        .readings({ text: word, terms: analyzer.terms(word) }, () => true, isBeside)
        ?.map(({ text }) => text);
    expect(ask('work', false)).toEqual(['industrious', 'diligent']);
    expect(ask('work', true)).toEqual([]);
    expect(ask('diligent', true)).toEqual(['industrious', 'work', 'effort']);
  });

  test('are not the word itself', () => {
    expect(readingsOf('sleeping', ['sleep'], 'sleeping, sleep, slumber')).toEqual([]);
  });
});

describe('Korean predicates', () => {
  const lines =
    '고치다, 뜯어고치다, 수리, 보수, repair\n고치다, 정정\n비우다, 비움\n끄다, 소화\n갚다, 상환\n문 닫다, 폐업, 휴업';
  const predicates = new Thesaurus('', (text) => analyzer.terms(text), '', lines);
  const wordOf = (text: string) => ({ text, terms: analyzer.terms(text) });
  const all = (_: readonly string[]) => true;
  const only =
    (...known: string[]) =>
    (terms: readonly string[]) =>
      terms.every((term) => known.includes(term));

  test.each(['고쳐야', '고치려면', '고친', '고쳤는데'])('are known in their forms: %s', (text) => {
    expect(predicates.readings(wordOf(text), only('보수'))?.map((one) => one.text)).toEqual(['보수']);
  });

  test('are read as what means the same, in all of their senses, other predicates in the form that documents have', () => {
    const near = (has: typeof all) => predicates.readings(wordOf('고쳐야'), has);
    expect(near(only('보수', '정정', 'repair'))?.map(({ text, share }) => `${text} ${share}`)).toEqual([
      '보수 0.8',
      'repair 0.6',
      '정정 0.8',
    ]);
    expect(near(only('뜯어', '어고', '고쳐'))?.map((one) => one.text)).toEqual(['뜯어고쳐']);
    expect(predicates.readings(wordOf('수리'), all)).toBe(null); // from the predicate only
  });

  test.each([
    ['비워야', '비웠', ['비웠']],
    ['비웠다', '비우', ['비우']],
    ['꺼서', '끈다', ['끈다']],
    ['갚아야', '갚', ['갚']],
    ['비워야', '비료', []],
    ['바나나', '바나', []],
  ])('%s has other forms that documents have: %s', (text, known, forms) => {
    expect(predicates.forms(wordOf(text), only(known)).map((one) => one.text)).toEqual(forms);
  });

  test('are read together with a noun', () => {
    const idiom = (noun: string, text: string) =>
      predicates.idiomReadings(wordOf(noun), wordOf(text), all)?.map((one) => one.text) ?? null;
    expect(idiom('문을', '닫았나요')).toEqual(['폐업', '휴업']);
    expect(idiom('창을', '닫았나요')).toBe(null);
  });
});

describe.each(readdirSync('data/thesaurus'))('data/thesaurus/%s', (file) => {
  const lines = readFileSync(`data/thesaurus/${file}`, 'utf8').trimEnd().split('\n');

  test('has groups of at least two words with what they are about, in lower case, each word once', () => {
    const word = "[a-z0-9가-힣][a-z0-9가-힣'\\-+#.]*( [a-z0-9가-힣'\\-+#.]+)?";
    const form = new RegExp(`^${word}(, ${word})+( > ${word}(, ${word})*)?$`);
    expect(lines.filter((line) => !form.test(line))).toEqual([]);
    const repeating = lines.filter((line) => {
      const words = line.split(/, | > /);
      return new Set(words).size < words.length;
    });
    expect(repeating).toEqual([]);
  });

  test('has every group in both languages, all in Korean, or with a predicate first, and once', () => {
    const languages =
      file === 'korean.txt'
        ? /^[^a-z]+$/
        : file === 'predicates.txt'
          ? /^[가-힣 ]+다,/
          : /[a-z].*[가-힣]|[가-힣].*[a-z]/;
    expect(lines.filter((line) => !languages.test(line.split('>')[0] ?? ''))).toEqual([]);
    expect(new Set(lines).size).toBe(lines.length);
  });
});

test.each([
  ['에이치티티피', 'http'],
  ['에이치티티피는', 'http'],
  ['에스에스엘', 'ssl'],
  ['더블유더블유더블유', 'www'],
  ['시피유', 'cpu'],
  ['씨피유', 'cpu'],
  ['이유', null],
  ['아이디', null],
  ['피자', null],
  ['에이스', null],
])('%s is spelled letter by letter: %s', (word, letters) => {
  const names = new Thesaurus('', (text) => analyzer.terms(text));
  const readings = names.readings({ text: word, terms: analyzer.terms(word) }, () => true);
  expect(readings?.map(({ text, named }) => [text, named]) ?? null).toEqual(letters && [[letters, true]]);
});
