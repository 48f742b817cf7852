import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Thesaurus } from '../../lib/lexical/thesaurus.ts';
import { Analyzer } from '../../lib/text/analyzer.ts';

const analyzer = new Analyzer();
const thesaurus = (...lines: string[]) => new Thesaurus(lines.join('\n'), (text) => analyzer.terms(text));
const relatedTo = (word: string, ...lines: string[]) => {
  const terms = analyzer.terms(word);
  const related = thesaurus(...lines).related({ text: word, terms });
  return related && Object.fromEntries(Array.from(related, ({ text, similarity }) => [text, similarity]));
};

const SLEEP = 'insomnia, sleeplessness, 불면증 > sleep, 수면';

describe('words near in meaning', () => {
  test('those of the same group count most, what they are about less, those of another language less again', () => {
    expect(relatedTo('insomnia', SLEEP)).toEqual({ sleeplessness: 0.8, sleep: 0.5, 불면증: 0.48, 수면: 0.3 });
    expect(relatedTo('불면증', SLEEP)).toEqual({
      수면: 0.5,
      insomnia: 0.48,
      sleeplessness: 0.48,
      sleep: 0.3,
    });
  });

  test('what a group is about is read as the words of the group', () => {
    expect(relatedTo('수면', SLEEP)).toEqual({ 불면증: 0.5, insomnia: 0.3, sleeplessness: 0.3 });
  });

  test('the nearest first', () => {
    const related = thesaurus(SLEEP, 'sleeplessness > night').related({
      text: 'sleeplessness',
      terms: analyzer.terms('sleeplessness'),
    });
    expect(Array.from(related ?? [], ({ text }) => text)).toEqual([
      'insomnia',
      'sleep',
      'night',
      '불면증',
      '수면',
    ]);
  });

  test('the largest similarity counts where a word is in two groups', () => {
    expect(relatedTo('car', 'car, auto > engine', 'engine, car')).toEqual({ auto: 0.8, engine: 0.8 });
  });

  test('terms are those of the analyser, of two words both', () => {
    const [reading] =
      thesaurus('git, version control').related({ text: 'git', terms: analyzer.terms('git') }) ?? [];
    expect(reading).toEqual({ text: 'version control', terms: ['version', 'control'], similarity: 0.8 });
  });

  test.each([
    ['travelling', 'travel, journey', { journey: 0.8 }],
    ['energies', 'energy, power', { power: 0.8 }],
    ['toys', 'toy, plaything', { plaything: 0.8 }],
    ['불면증이', SLEEP.replace('insomnia, sleeplessness, ', '불면, '), { 불면: 0.8, 수면: 0.5, sleep: 0.3 }],
    ['몰두하지', '몰두, 집중', { 집중: 0.8 }],
    ['습관적인', '습관, 버릇', { 버릇: 0.8 }],
    ['자유로운', '자유, 해방', null],
    ['sleepy', 'sleep, slumber', null],
    ['control', 'git, version control', null],
    ['', SLEEP, null],
  ])('%s', (word, line, expected) => {
    expect(relatedTo(word, line)).toEqual(expected);
  });

  test('a word as it stands comes before others of its stem', () => {
    const lines = ['information, knowledge', 'informal, casual'];
    expect(relatedTo('information', ...lines)).toEqual({ knowledge: 0.8 });
    expect(relatedTo('informs', ...lines)).toEqual({ knowledge: 0.8, casual: 0.8 });
  });
});

describe.each(readdirSync('data/thesaurus'))('data/thesaurus/%s', (file) => {
  const lines = readFileSync(`data/thesaurus/${file}`, 'utf8').trimEnd().split('\n');

  test('is groups of at least two words with what they are about, in small letters, each word once', () => {
    const word = "[a-z0-9가-힣][a-z0-9가-힣'\\-+#.]*( [a-z0-9가-힣'\\-+#.]+)?";
    const form = new RegExp(`^${word}(, ${word})+( > ${word}(, ${word})*)?$`);
    expect(lines.filter((line) => !form.test(line))).toEqual([]);
    const repeating = lines.filter((line) => {
      const words = line.split(/, | > /);
      return new Set(words).size < words.length;
    });
    expect(repeating).toEqual([]);
  });

  test('says everything in both languages, and once', () => {
    expect(lines.filter((line) => !/[a-z].*[가-힣]|[가-힣].*[a-z]/.test(line.split('>')[0] ?? ''))).toEqual(
      [],
    );
    expect(new Set(lines).size).toBe(lines.length);
  });
});
