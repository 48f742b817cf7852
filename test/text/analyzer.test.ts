import { describe, expect, test } from 'vitest';
import { Analyzer } from '../../lib/text/analyzer.ts';
import { withoutEnding } from '../../lib/text/endings.ts';

const analyzer = new Analyzer();
const terms = (text: string) => analyzer.terms(text);

describe('English', () => {
  test('forms of a word share a stem', () => {
    expect(new Set(terms('index indexes indexed indexing'))).toEqual(new Set(['index']));
    expect(terms('weighted averages')).toEqual(terms('weight average'));
  });

  test('stop words are dropped, in capitals and with apostrophes too', () => {
    expect(terms("What is THE attention? It's what you don't see")).toEqual(['attent', 'see']);
    expect(terms('it’s isn’t can’t I’m')).toEqual([]);
  });

  test('a few names in capitals are no stop words, unless most words are in capitals', () => {
    expect(terms('Web Server와 WAS의 차이')).toEqual(['web', 'server', 'was', '차이']);
    expect(terms('WAS')).toEqual(['was']);
    expect(terms('what was it in the US?')).toEqual(['us']);
    expect(terms('AND OR NOT THE')).toEqual([]);
    expect(terms('HOW IT WORKS')).toEqual(terms('how it works'));
    expect(analyzer.words('an IT job')[1]).toMatchObject({ text: 'IT', terms: ['it'], places: [[0, 2]] });
  });

  test('a long text is looked at once for that, however many such names it has', () => {
    const long = 'The US army and the IT unit of the US went there. '.repeat(4000);
    expect(terms(long).filter((term) => term === 'us')).toHaveLength(8000);
  });

  test('a possessive is the word itself', () => {
    expect(terms("Bayes' rule and Hopfield's network")).toEqual(terms('Bayes rule Hopfield network'));
  });

  test('contracted forms of is, had, will and not are dropped', () => {
    expect(terms("we'd wed, I'll be ill, she'll shed; they're, you've, I'm, won't, hasn't, DIDN’T")).toEqual([
      'wed',
      'ill',
      'shed',
    ]);
  });

  test('a date is one word: its numbers without zeros, and its month by name', () => {
    for (const date of ['2024-03-02', '2024.03.02', '2024/03/02'])
      expect(analyzer.words(`on ${date}.`)[1]).toEqual({
        text: date,
        start: 3,
        end: 13,
        terms: ['2024', '3', '2', 'march'],
        places: [
          [0, 4],
          [5, 7],
          [8, 10],
          [5, 7],
        ],
      });
    for (const date of ['2024-3-2', '2024/3/2', '2024.3.2', '2024. 3. 2.', '2.3.2024', '02.03.2024'])
      expect(terms(`on ${date}`)).toEqual(['2024', '3', '2', 'march']);
    expect(analyzer.words('2.3.2024')[0]?.places).toEqual([
      [4, 8],
      [2, 3],
      [0, 1],
      [2, 3],
    ]);
    expect(terms('2024. 13. 2. 2024. 3. 2024.3.2.1 2024. 3. 200')).not.toContain('march');
    expect(analyzer.words('2024-03-02에 만남').map(({ text }) => text)).toEqual(['2024-03-02', '에', '만남']);
    expect(terms('2 March, 03/02')).toEqual(['2', 'march', '3', '2']);
    expect(terms('Jan 28, Sept 5')).toEqual(terms('January 28, September 05'));
    expect(terms('3월 2일')).toEqual(['march', '2', '일']);
    expect(terms('12월에, 03월')).toEqual(['decemb', 'march']);
    expect(terms('13월 12월급')).toEqual(['13', '월', '12', '월급']);
    expect(terms('2024-13-40 12024-03-02 x2024-03-02 2024-03/02')).toEqual(
      ...[['2024', '13', '40', '12024', '3', '2', 'x2024', '3', '2', '2024', '3', '2']],
    );
  });

  test('irregular forms have the terms of the regular ones', () => {
    expect(terms('knives people bought criteria written')).toEqual(terms('knife person buy criterion write'));
    expect(terms('Children')).toEqual(terms('child'));
    expect(terms('found leaves')).not.toEqual(terms('find leaf'));
  });

  test.each([
    ['news', 'new'],
    ['HTTPS', 'HTTP'],
    ['iOS', 'IO'],
    ['status', 'statue'],
    ['university', 'universe'],
    ['organization', 'organ'],
    ['experiment', 'experience'],
    ['evening', 'even numbers'],
    ['business', 'busy'],
    ['likely', 'like'],
  ])('%s is not %s', (one, other) => {
    expect(terms(one)[0]).toBeDefined();
    expect(terms(other)).not.toContain(terms(one)[0]);
  });

  test('other forms of these words still share a stem', () => {
    expect(terms('universities buses experimental organizing')).toEqual(
      terms('university bus experiments organizations'),
    );
    expect(terms('Universe universes')).toEqual(terms('universe universe'));
  });

  test('an apostrophe inside a name joins it', () => {
    expect(terms("O'Brien")).toEqual(terms('OBrien'));
  });

  test('accents are folded, and the accented form is kept beside it', () => {
    expect(terms('café')).toEqual(['cafe', 'café']);
    expect(terms('cafe')).toEqual(['cafe']);
    expect(terms('Straße')).toContain(terms('strasse')[0]);
    expect(terms('smørrebrød')).toContain('smorrebrod');
  });

  test('a combining accent gives the same word as a precomposed letter', () => {
    expect(terms('cafe\u0301')).toEqual(terms('café'));
  });

  test('C, C++ and C# are three words', () => {
    expect(terms('C')).toEqual(['c']);
    expect(terms('C++')).toEqual(['c++']);
    expect(terms('C#, F#.')).toEqual(['c#', 'f#']);
    expect(terms('#hashtag')).toEqual(terms('hashtag'));
  });

  test('numbers and words with digits stay whole', () => {
    expect(terms('BM25 in 1994, gpt2, x86')).toEqual(['bm25', '1994', 'gpt2', 'x86']);
  });

  test('a number with points is one term, and is also found by the part before the first point', () => {
    expect(terms('version 7.2, 192.168.0.1')).toEqual(['version', '7.2', '7', '192.168.0.1', '192']);
    expect(terms('p < 0.05')).toEqual(['p', '0.05']);
    expect(terms('약 3.5배, 5.4kg.')).toEqual(['약', '3.5', '3', '배', '5.4', '5', 'kg']);
    expect(terms('in 2024.03')).toEqual(['2024', '3']); // a month, as 2024.03.02 is a day
    expect(terms('Node v7.2, x7.2')).toEqual(['node', '7.2', '7', 'x7', '2']);
    expect(terms('1.2'.repeat(40))).toEqual([]);
    expect(analyzer.words('v7.2').map(({ places }) => places)).toEqual([
      [
        [0, 4],
        [1, 2],
      ],
    ]);
    expect(analyzer.words('at 7.2').map(({ places }) => places)).toEqual([
      [],
      [
        [0, 3],
        [0, 1],
      ],
    ]);
  });

  test('hyphens, slashes and underscores separate words', () => {
    expect(terms('self-attention key/value snake_case')).toEqual(
      terms('self attention key value snake case'),
    );
  });

  test('ligatures and full-width letters equal the plain ones', () => {
    expect(terms('ﬁne ＡＢＣ')).toEqual(terms('fine abc'));
  });

  test('runs of more than 64 letters are no words', () => {
    expect(terms(`${'x'.repeat(64)} ${'y'.repeat(65)} z`)).toEqual(['x'.repeat(64), 'z']);
  });
});

describe('Korean', () => {
  test('a word is cut into overlapping pairs', () => {
    expect(terms('프로세스')).toEqual(['프로', '로세', '세스']);
    expect(terms('정렬')).toEqual(['정렬']);
    expect(terms('값')).toEqual(['값']);
  });

  test.each([
    ['데이터베이스에서', '데이터베이스'],
    ['데이터베이스는', '데이터베이스'],
    ['알고리즘은', '알고리즘'],
    ['알고리즘이', '알고리즘'],
    ['알고리즘을', '알고리즘'],
    ['알고리즘으로', '알고리즘'],
    ['프로세스로', '프로세스'],
    ['프로세스와', '프로세스'],
    ['스레드의', '스레드'],
    ['인덱스란', '인덱스'],
    ['사람들이', '사람'],
    ['서울까지', '서울'],
    ['트랜잭션끼리', '트랜잭션'],
    ['버퍼로부터', '버퍼'],
    ['서버에서만', '서버'],
    ['애플리케이션이라면', '애플리케이션'],
    ['값을', '값'],
    ['값이란', '값'],
    ['쿠키랑', '쿠키'],
    ['선생님이랑', '선생님'],
    ['첫사랑', '첫사랑'],
    ['코로나는', '코로나'],
    ['메모리에선', '메모리'],
    ['사람보단', '사람'],
    ['계란', '계란'],
    ['키를', '키'],
    ['락에서', '락'],
    ['큐에는', '큐'],
    ['법으로', '법'],
  ])('%s equals %s: the particle agrees with the last syllable', (word, stem) => {
    expect(terms(word)).toEqual(terms(stem));
  });

  test.each([
    '회의',
    '나이',
    '포도',
    '파도',
    '거의',
    '사과',
    '평가',
    '결과',
    '온도',
    '지도',
    '바나나',
    '마을',
    '가을',
    '노을',
    '코끼리',
    '임진왜란',
    '길고양이',
    '코로나',
  ])('%s keeps its last syllable, which only looks like a particle', (word) => {
    expect(
      terms(word)
        .at(-1)
        ?.endsWith(word.at(-1) as string),
    ).toBe(true);
  });

  test.each([
    '는',
    '가',
    '의',
    '와',
    '에',
    '로',
    '도',
    '란',
    '에서',
    '까지',
    '처럼',
    '에서는',
    '입니다',
    '입니까',
  ])('큐%s and 큐 are alike: a noun of one syllable before a particle', (particle) => {
    expect(terms(`큐${particle}`)).toEqual(['큐']);
  });

  test('a word of two syllables has the same terms with and without a particle', () => {
    for (const word of ['포도', '지도', '모의', '파리', '백로', '구도'])
      for (const particle of ['에서', '까지', '만'])
        expect(terms(`${word}${particle}`), word).toEqual(terms(word));
  });

  test('a stop word of one syllable is dropped with a particle too', () => {
    expect(terms('그것은 이는 수가 때에 몇')).toEqual([]);
  });

  test.each([
    '몇시',
    '몇시까지',
    '몇명인가요',
    '몇분이나',
    '몇살이야',
    '언제야',
    '얼마임',
    '어케',
    '뭐임',
    '되요',
    '땜에',
    'ㅋㅋㅋ',
    'ㅠㅠ',
  ])('%s asks or is said, and has no term', (word) => {
    expect(terms(word)).toEqual([]);
  });

  test('words that begin like those have theirs', () => {
    expect(terms('몇몇시장 시장 ㅋ')).toEqual(expect.arrayContaining(['시장']));
    expect(terms('받아쓰ㄱ')).not.toEqual([]);
    expect(terms('몇시계')).not.toEqual([]);
  });

  test('laughter after a word is apart from it', () => {
    expect(terms('꽉참ㅋㅋ')).toEqual(terms('꽉참'));
    expect(terms('얼마였더라ㅎㅎ')).toEqual([]);
  });

  test.each([
    ['예약되서', ['예약']],
    ['예약됬나요', ['예약']],
    ['어울리나여', ['어울', '울리']],
    ['줄이는', ['줄이']], // a verb, not 줄 ("rope") with two particles
    ['줄이는데', ['줄이']],
  ])('%s has the terms %j', (word, expected) => {
    expect(terms(word)).toEqual(expected);
  });

  test.each(['검색결과', '응답속도', '화상회의', '서버역할', '접근권한', '친구추가'])(
    '%s is a compound and has the terms of its parts',
    (word) => {
      expect(terms(word)).toEqual(expect.arrayContaining([word.slice(0, 2), word.slice(2)]));
      expect(terms(`${word}를`)).toEqual(expect.arrayContaining([word.slice(0, 2), word.slice(2)]));
    },
  );

  test('a particle that does not agree with the preceding syllable is part of the word', () => {
    expect(terms('전문가')).toEqual(['전문', '문가']); // 가 follows vowels only
    expect(terms('도서관을')).toEqual(['도서', '서관']);
    expect(terms('가마솥는')).toEqual(['가마', '마솥', '솥는']); // 는 follows vowels only
  });

  test.each(['정렬하는', '정렬한다', '정렬했다', '정렬된', '정렬하기', '정렬합니다', '정렬을', '정렬'])(
    '%s is found by 정렬',
    (word) => {
      expect(terms(word)).toEqual(['정렬']);
    },
  );

  test.each([
    ['걸렸던', '걸렸다'],
    ['걸렸는데', '걸렸다'],
    ['묵었던', '묵었어요'],
    ['묵었는지', '묵었습니다'],
    ['나누었던가', '나누었지만'],
    ['데이터였는데', '데이터'],
    ['문제이었지만', '문제'],
    ['말하려면', '말하려고'],
    ['걱정인데', '걱정'],
    ['젊은거야', '젊은'],
    ['좋을까요', '좋을까'],
    ['빠른가요', '빠른'],
    ['빠른지', '빠른'],
    ['좋은가요', '좋은'],
    ['높은가', '높은'],
  ])('%s and %s have the same terms: endings of a predicate are dropped', (one, other) => {
    expect(terms(one)).toEqual(terms(other));
    expect(terms(one)).not.toEqual([]);
  });

  test.each([
    '캐나다는',
    '소프트웨어도',
    '시나리오',
    '마을',
    '회의',
    '나이',
    '가격',
    '언어',
    '요소',
    '인기가요',
  ])('%s has no ending of a predicate', (word) => {
    expect(withoutEnding(word)).toBe(word);
  });

  test('colloquial questions are reduced to their nouns', () => {
    expect(terms('결제 장애 원인이 뭐였지?')).toEqual(terms('결제 장애 원인'));
    expect(terms('숙소가 어디더라')).toEqual(terms('숙소'));
    expect(terms('보고서를 찾고 있었는데 있나요')).toEqual(terms('보고서'));
    expect(terms('성함이 어떻게 되시죠')).toEqual(terms('성함'));
    expect(terms('계시를 받다')[0]).toBe('계시'); // the noun "revelation", not the verb 계시죠
    expect(terms('계시')).toEqual(['계시']);
  });

  test('question words and auxiliaries are dropped', () => {
    expect(terms('어텐션이란 무엇인가요?')).toEqual(terms('어텐션'));
    expect(terms('어텐션은 무엇입니까? 얼마인가요?')).toEqual(terms('어텐션'));
    expect(terms('정렬 방법 알려주세요')).toEqual(terms('정렬 방법'));
    expect(terms('충돌하지 않게 하려면 어느 값을 써야 하나요?')).toEqual(terms('충돌 값'));
  });

  test('a particle after a Latin word is dropped and the word kept', () => {
    expect(terms('BM25는 SQL을 API에서 C++로')).toEqual(['bm25', 'sql', 'api', 'c++']);
    expect(terms('softmax함수')).toEqual(['softmax', '함수']);
  });

  test('decomposed input gives the terms of composed input', () => {
    for (const text of ['데이터베이스에서 정렬하는 방법', 'BM25는 값이다', '각 닭 읽기']) {
      expect(terms(text.normalize('NFD'))).toEqual(terms(text));
    }
  });

  test('the same words with different spacing share most of their pairs', () => {
    for (const [a, b] of [
      ['기계 학습 모델', '기계학습모델'],
      ['자연어 처리 입문', '자연어처리입문'],
      ['운영 체제 프로세스', '운영체제 프로세스'],
    ] as const) {
      const [one, two] = [new Set(terms(a)), new Set(terms(b))];
      const shared = [...one].filter((term) => two.has(term)).length;
      expect(shared / Math.min(one.size, two.size)).toBeGreaterThanOrEqual(0.6);
    }
  });
});

describe('writing without spaces', () => {
  test('Japanese, Chinese and Thai are cut into overlapping pairs', () => {
    expect(terms('注意力机制')).toEqual(['注意', '意力', '力机', '机制']);
    expect(terms('アテンション')).toEqual(['アテ', 'テン', 'ンシ', 'ショ', 'ョン']);
    expect(terms('ひらがなと漢字')).toEqual(['ひら', 'らが', 'がな', 'なと', 'と漢', '漢字']);
    expect(terms('ภาษา')).toHaveLength(3);
  });

  test('the long vowel sign is part of a word', () => {
    expect(terms('データ')).toEqual(['デー', 'ータ']);
  });

  test('decomposed and half-width voiced kana equal the composed ones', () => {
    expect(terms('がぎぐげ'.normalize('NFD'))).toEqual(terms('がぎぐげ'));
    expect(terms('ﾊﾞｽﾃﾞｰﾀ')).toEqual(terms('バスデータ'));
  });

  test('ideographs outside the basic plane are whole characters', () => {
    expect(terms('𠮷野家')).toEqual(['𠮷野', '野家']);
  });

  test('Latin letters inside are a word of their own', () => {
    expect(terms('注意BM25机制')).toEqual(['注意', 'bm25', '机制']);
  });
});

describe('other writing', () => {
  test('Cyrillic, Greek, Arabic, Hebrew and Devanagari words stay whole, in lower case', () => {
    expect(terms('Внимание Προσοχή')).toEqual(['внимание', 'προσοχή']);
    expect(terms('انتباه קשב')).toEqual(['انتباه', 'קשב']);
    expect(terms('ध्यान')).toEqual(['ध्यान']);
  });

  test('emoji, signs and marks alone give no terms', () => {
    for (const text of ['👍', '❤️', '👨‍👩‍👧 🇰🇷', '✈️☀️', '!!! … — ++ #', '\u0301\ufe0f\u200d', '']) {
      expect(terms(text)).toEqual([]);
    }
  });

  test('an emoji beside a word is not part of it', () => {
    expect(terms('I❤️attention👍')).toEqual(terms('I attention'));
  });
});

test('a formula is found by what people type for it', () => {
  expect(terms('√dₖ')).toEqual([...terms('sqrt d'), 'dk']);
  expect(terms('dk')).toEqual(['dk']);
  for (const typed of ['QK^T', 'QKᵀ', 'QK^⊤']) expect(terms(typed)).toEqual(['qkt']);
  expect(terms('n^2')).toEqual(terms('n²'));
  expect(terms('sqrt(d_k)')).toEqual(terms('√dₖ'));
  // Names in code and powers of more than one letter are not joined.
  expect(terms('d_key a_b_c QK^TV')).toEqual(terms('d key a b c QK TV'));
  expect(terms('xᵢ + yⱼ')).toEqual(['x', 'xi', 'y', 'yj']);
  expect(terms('CO₂ log₂ QKᵀ')).toEqual(['co2', 'log2', 'qkt']);
  expect(analyzer.words('n √d').map(({ text, start, end }) => [text, start, end])).toEqual([
    ['n', 0, 1],
    ['√', 2, 3],
    ['d', 3, 4],
  ]);
});

test('words are cached, but not clauses of unspaced writing or whole pages of Hangul', () => {
  const isKept = (text: string) => {
    const [first, second] = [analyzer.words(text)[0]?.terms, analyzer.words(text)[0]?.terms];
    expect(first).toEqual(second);
    return first === second;
  };
  expect(isKept('attention')).toBe(true);
  expect(isKept('데이터베이스')).toBe(true);
  expect(isKept('注意機構は重みを配る')).toBe(false);
  expect(isKept('ปลาทองว่ายน้ำ')).toBe(false);
  expect(isKept('가나다라마바사'.repeat(50))).toBe(false);
});
