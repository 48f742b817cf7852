import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { proseOf, sentences } from '../../lib/text/sentences.ts';

function cut(text: string): string[] {
  return Array.from(sentences(text), ([start, end]) => text.slice(start, end));
}

/** Expects these sentences from the text made by joining them with spaces. */
function expectSentences(...expected: string[]): void {
  expect(cut(expected.join(' '))).toEqual(expected);
}

describe('English sentences', () => {
  test('end at full stops, question and exclamation marks', () => {
    expectSentences('Keys are titles.', 'What are values?', 'Contents!', 'And queries');
  });

  test('do not end after personal titles, nor after abbreviations that a word must follow', () => {
    expectSentences('Dr. Smith met Mrs. Jones and Prof. Lee.', 'They talked.');
    expectSentences('See fig. 3, cf. Vaswani et al. 2017, vs. RNNs.', 'It helps.');
    expectSentences('It costs approx. 5 dollars, e.g. at noon, i.e. 12 o’clock.', 'Fine.');
    expectSentences('See no. 5 and vol. 2.', 'Good.');
  });

  test('do end after an abbreviation that closes a sentence', () => {
    expectSentences('We sell apples, pears, etc.', 'They are fresh.');
    expectSentences('She works at Acme Inc.', 'Her office is small.');
    expectSentences('He said no.', 'Then he left.');
    expectSentences('Wait a sec.', 'Boil it for one min.', 'Then stir.');
  });

  test('do not end after initials', () => {
    expectSentences('J. R. R. Tolkien wrote it.', 'G. Salton indexed it.');
    expectSentences('The U.S. economy grew.', 'Prices rose.');
  });

  test('do not end inside decimals, versions, dates with dots and file names', () => {
    expectSentences('Pi is 3.14159 or so.', 'Version 2.0.1 is out.', 'Open main.ts now.');
    expectSentences('We moved to Node 20.', 'It is faster.');
    expectSentences('The war ended in 1945.', 'Peace came.');
  });

  test('keep closing quotes and brackets', () => {
    expectSentences('“It works.”', '(See below.)', 'She said "yes."', 'Done.');
  });

  test('go on after a quoted question or exclamation when a lower-case word follows', () => {
    expectSentences('"Really?" he asked.', '“Stop!” they cried, and ran.', 'Nobody heard.');
  });

  test('go on after an ellipsis when a lower-case word follows, and end before a capital letter', () => {
    expectSentences('Well... maybe not.', 'It was… odd.', 'And then...', 'Nothing.');
  });

  test('keep a reference number that follows the full stop', () => {
    expectSentences('Attention is a soft lookup.[1]', 'It scales.[2][3]', 'Good.');
  });

  test('keep repeated marks together', () => {
    expectSentences('What?!', 'No!!!', 'Yes.');
  });

  test('end after an initial or an abbreviation with a question or exclamation mark', () => {
    expectSentences('Is it plan B?', 'Call Dr!', 'Go.');
  });

  test('written all in lower case end at their full stops too', () => {
    expectSentences('this is one note.', 'this is another.');
  });
});

describe('Korean sentences', () => {
  test('end at 다. 요? and 요!', () => {
    expectSentences('어텐션은 가중 평균이다.', '왜 필요한가요?', '직접 해 보세요!', '쉽습니다.');
  });

  test('keep decimals, versions and Latin names whole', () => {
    expectSentences('온도는 0.05입니다.', 'Node.js 20.1은 빠르다.', 'BM25를 쓴다.');
  });

  test('keep a date of three numbers with dots whole', () => {
    expectSentences('회의는 2024. 1. 15. 오후에 열렸다.', '모두 참석했다.');
  });

  test('go on after a quotation that a particle follows', () => {
    expectSentences('그는 "끝났다."라고 말했다.', '모두 웃었다.');
  });
});

describe('Japanese and Chinese sentences', () => {
  test('end at 。！？ without any space, closing brackets included', () => {
    expect(cut('注意は重みです。なぜですか？「はい。」次へ！')).toEqual([
      '注意は重みです。',
      'なぜですか？',
      '「はい。」',
      '次へ！',
    ]);
    expect(cut('注意力是一种加权平均。它很有用！对吗？')).toEqual([
      '注意力是一种加权平均。',
      '它很有用！',
      '对吗？',
    ]);
  });

  test('go on after a quotation that と or って follows', () => {
    expect(cut('彼は「はい。」と言った。終わり。')).toEqual(['彼は「はい。」と言った。', '終わり。']);
  });
});

describe('lines', () => {
  const long = 'A line that an editor wrapped is longer than fifty characters and';

  test('a wrapped line goes on in the next', () => {
    expect(cut(`${long}\ngoes on here. Then it ends.`)).toEqual([`${long}\ngoes on here.`, 'Then it ends.']);
  });

  test('a wrapped line goes on with Windows line ends as well', () => {
    expect(cut(`${long}\r\ngoes on here.`)).toEqual([`${long}\r\ngoes on here.`]);
    expect(cut(`${long}\r\n\r\nNew paragraph`)).toEqual([long, 'New paragraph']);
  });

  test('a wrapped line goes on when the next begins with a number, a sign or a hashtag', () => {
    expect(cut(`${long}\n3.5 million more.`)).toEqual([`${long}\n3.5 million more.`]);
    expect(cut(`${long}\n-5 degrees.`)).toEqual([`${long}\n-5 degrees.`]);
    expect(cut(`${long}\n#attention it is.`)).toEqual([`${long}\n#attention it is.`]);
  });

  test('a blank line ends a sentence, spaces on it or not', () => {
    expect(cut(`${long}\n\nnew`)).toEqual([long, 'new']);
    expect(cut(`${long}\n  \t \nnew`)).toEqual([long, 'new']);
    expect(cut(`${long}\n${' '.repeat(60)}\nnew`)).toEqual([long, 'new']);
  });

  test('a short line is a heading or an item: it ends', () => {
    expect(cut('Softmax\nIt normalises.')).toEqual(['Softmax', 'It normalises.']);
  });

  test.each([
    '- item',
    '* item',
    '• item',
    '12. item',
    '3) item',
    '# Heading',
    '## Heading',
    '> quote',
    '| cell |',
  ])('a long line ends before "%s"', (line) => {
    expect(cut(`${long}\n${line}`)).toEqual([long, line]);
  });

  test('a list number or letter stays with its item', () => {
    expect(cut('1. Boil water. 2 litres.\n2. Add salt.\n10. Serve.')).toEqual([
      '1. Boil water.',
      '2 litres.',
      '2. Add salt.',
      '10. Serve.',
    ]);
    expect(cut('a. first\nb. second')).toEqual(['a. first', 'b. second']);
    expect(cut('  1. indented')).toEqual(['1. indented']);
  });
});

describe('any text', () => {
  test('empty or blank, has no sentences', () => {
    for (const text of ['', ' ', '\n\n\t ', '\u00a0\u3000']) expect([...sentences(text)]).toEqual([]);
  });

  test('has sentences in order, disjoint, trimmed, that cover all but white space', () => {
    const pieces = fc.constantFrom(
      ...[
        'a',
        'Dr',
        'no',
        '7',
        '.',
        '. ',
        '...',
        '?!',
        '"',
        '”',
        '\n',
        '\n\n',
        ' ',
        '가다',
        '。',
        '」',
        '\r\n',
        '👍',
        '[1]',
        '- ',
      ],
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.array(pieces).map((list) => list.join('')),
    );
    fc.assert(
      fc.property(text, (value) => {
        let last = 0;
        let rest = '';
        for (const [start, end] of sentences(value)) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          expect(value.slice(start, end).trim()).toBe(value.slice(start, end));
          rest += value.slice(last, start);
          last = end;
        }
        expect((rest + value.slice(last)).trim()).toBe('');
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['full stops', '.'.repeat(1_000_000)],
    ['full stops and closing brackets', `${'.'.repeat(300_000)}${')'.repeat(300_000)}x`.repeat(2)],
    ['reference numbers', `.${'[1]'.repeat(300_000)}x`],
    ['ideographic stops', '。'.repeat(1_000_000)],
    ['blank lines', '\n \n'.repeat(300_000)],
    ['indented numbers', `${' '.repeat(300_000)}${'1. '.repeat(100_000)}`],
    ['letters with dots', 'a.'.repeat(500_000)],
    ['dates', '1. '.repeat(300_000)],
    ['long blank lines', `${'x'.repeat(60)}\n${' '.repeat(1000)}`.repeat(1000)],
    ['one letter', 'x'.repeat(1_000_000)],
  ])('of a megabyte of %s is cut without a hang', (_, text) => {
    expect([...sentences(text)].at(-1)?.[1] ?? 0).toBe(text.trimEnd().length);
  });
});

describe('the prose of a sentence', () => {
  const said = (text: string, isMarkup = true) =>
    Array.from(sentences(text), (span) => proseOf(text, span, isMarkup)).map((span) =>
      span ? text.slice(...span) : null,
    );

  test.each([
    ['a bullet', '- One leaf is green.', 'One leaf is green.'],
    ['a number', '3. One leaf is green.', 'One leaf is green.'],
    ['a box in a list', '* [x] One leaf is green.', 'One leaf is green.'],
    ['a quote', '> - One leaf is green.', 'One leaf is green.'],
    ['a deep list', 'a:\n      - One leaf is green.', 'One leaf is green.'],
    ['a number that is no marker', 'It took 3. One leaf is green.', 'One leaf is green.'],
  ])('leaves out %s', (_, text, last) => {
    expect(said(text).at(-1)).toBe(last);
  });

  test.each([
    ['a formula', 'softmax(QKᵀ/√dₖ)V'],
    ['a formula with words', 'L = −log p_정답'],
    ['numbers', '0.5 (1,0) + 0.1 (0,1) = (0.9, 0.5).'],
    ['dots', 'cat .4 .6 .'],
    ['two words', 'Quite so.'],
    ['a row of numbers', 'T = 4 | .42 | .33'],
    ['a line of code', '    for score in list of scores: print the score.'],
    ['what follows in a line of code', '    x = 1. Then print the score.'],
  ])('is null for %s', (_, text) => {
    expect(new Set(said(text))).toEqual(new Set([null]));
  });

  test.each(['การเรียนรู้ของเครื่องเป็นเรื่องน่าสนใจ', 'ການຮຽນຮູ້ຂອງເຄື່ອງ', 'ការរៀនរបស់ម៉ាស៊ីន', 'စက်သင်ယူမှုသည်စိတ်ဝင်စားဖွယ်'])(
    'is the whole sentence in writing without spaces: %s',
    (text) => {
      expect(said(text)).toEqual([text]);
    },
  );

  test('is one row of a table, however wide', () => {
    const rows = [
      'France | service is included, small change for kindness',
      'Japan | nothing, and it is carried after you',
    ];
    expect(said(rows.join('\n'))).toEqual(rows);
  });

  test('ends before the code that follows', () => {
    const lead = '- Run this on the machine that is to serve the pages:';
    expect(said(`${lead}\n    npm start here and now`)).toEqual([lead.slice(2)]);
  });

  test('may have fewer words in Korean, and may be indented if the text is no markup', () => {
    expect(said('봄이 왔다.')).toEqual(['봄이 왔다.']);
    expect(said('    One leaf is green.', false)).toEqual(['One leaf is green.']);
  });
});
