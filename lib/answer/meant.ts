import { foldersOf, type Property, searchedProperties } from '../document.ts';
import type { Engine } from '../engine.ts';
import { beyondTitle, isIn, withoutGuesses } from '../query/asked.ts';
import type { Run } from '../query/query.ts';
import { askedWords } from '../query/words.ts';
import { readFor } from '../read.ts';
import type { QueryWord } from '../response.ts';
import type { Word } from '../text/analyzer.ts';
import { foldWord } from '../text/fold.ts';
import { byTerm } from '../text/matches.ts';

/** Least similarity of a word of the thesaurus that has the same meaning, in the same language or another. */
const SAME_MEANING = 0.6;

interface Question {
  /** The words that ask. */
  readonly asks: RegExp;
  /** Verbs that ask for these properties and need not be in the document. */
  readonly verbs: RegExp;
  /** Whether the question words alone, without such a verb, ask for anything else as well. */
  readonly needsVerb: boolean;
  /** The last words of the names of properties. */
  readonly names: ReadonlySet<string>;
}

const WHO = /\bwho(?:se|m)?\b|누가|누구/iu;
const WHERE = /\bwhere\b|어디/iu;
const HOW_LONG = /\bhow long\b|얼마나|몇 ?(?:분|시간|일)/iu;

/** What question words ask for. Names in one row are asked for by the same verbs. */
const QUESTIONS: readonly Question[] = [
  question(
    WHO,
    'author by 저자 작성자 지은이 글쓴이',
    /^(?:writes?|wrote|written|쓴|쓰.*|썼.*|지은|작성.*)$/u,
    true,
  ),
  question(WHO, 'owner 주인 소유자', /^(?:own(?:s|ed)?|소유.*)$/u, true),
  question(WHO, 'assignee 담당 담당자', /^(?:assigned|responsible|맡.*|담당.*)$/u, true),
  question(WHO, 'installer', /^(?:install(?:s|ed)?|fitted|설치.*)$/u, true),
  question(
    WHERE,
    'shop store 가게 구입처',
    /^(?:buy|bought|purchased?|get|got|산|샀.*|사.|구입.*|구매.*)$/u,
    true,
  ),
  question(
    WHERE,
    'place location 장소 위치',
    /^(?:keep|kept|stored?|find|located|두.|둔|뒀.*|두었.*|보관.*)$/u,
  ),
  question(HOW_LONG, 'time 시간', /^(?:takes?|took|lasts?|lasted|걸.*)$/u, true),
  question(HOW_LONG, 'duration length 기간 소요시간', /^(?:takes?|took|lasts?|lasted|걸.*)$/u, true),
  question(/\bhow long\b/iu, 'duration length'),
  question(
    /\bhow much\b|얼마(?!나)/iu,
    'price cost fee budget 가격 비용 금액 요금',
    /^(?:costs?|pay|paid|spend|spent|냈.*|내.|들었.*|들어.*|샀.*|산)$/u,
  ),
  question(/\bwhen\b|언제/iu, 'date due deadline 날짜 마감 마감일 기한'),
];

function question(asks: RegExp, names: string, verbs = /^$/, needsVerb = false): Question {
  return { asks, verbs, needsVerb, names: new Set(names.split(' ')) };
}

/**
 * The properties of a document that a question asks for by another name than theirs: by a word of the same meaning
 * (`cost` for `price`) or else by a question word (`who wrote` for `author`). A property tells of its document as a
 * whole, so all other words of the question have to be in its title, tags or folders.
 *
 * @param isNamed whether the question names a property: then only a question word asks for another (`where did we buy`
 *                for the `shop`, beside `bought`)
 */
export function propertiesMeant(engine: Engine, run: Run, id: number, isNamed: boolean): readonly Property[] {
  const { document } = readFor(engine, run, id);
  const properties = searchedProperties(document.properties).map(({ name, value }) => {
    return { name, value, last: engine.analyzer.words(name.replaceAll('_', ' ')).at(-1) };
  });
  if (properties.length === 0) return [];
  const { text, topical } = run.query;
  const labels = [document.title, foldersOf(document.uri), ...document.tags].join('\n');
  const isLabel = (word: QueryWord) =>
    isIn(engine, labels, byTerm(askedWords(engine.analyzer, [withoutGuesses(word)])));
  const isLeft = (words: readonly QueryWord[]) => words.length > 0 && words.every(isLabel);
  const asking = QUESTIONS.flatMap(({ asks, ...row }) => {
    const found = asks.exec(text);
    return found ? [{ ...row, start: found.index, end: found.index + found[0].length }] : [];
  });
  const told = ({ value, name }: Property) => ({ name, value });
  const isOther = (name: string) =>
    asking.length > 0 &&
    !asking.some(({ names }) => names.has(name)) &&
    QUESTIONS.some(({ names }) => names.has(name));

  const beyond = beyondTitle(engine, run, id);
  const asksItself = ({ start, end }: QueryWord) => asking.some((one) => start < one.end && one.start < end);
  const nouns = topical.filter((word) => !asksItself(word));
  for (const word of isNamed ? [] : nouns) {
    if (!word.terms.some((term) => beyond.has(term)) || !isLeft(nouns.filter((other) => other !== word)))
      continue;
    const named = properties.filter(
      ({ last }) => last && !isOther(foldWord(last.text)) && isSame(engine, word, last),
    );
    if (named.length > 0) return named.map(told);
  }
  for (const { names, verbs, needsVerb } of asking) {
    const rest = nouns.filter((word) => !verbs.test(foldWord(word.text)));
    if ((needsVerb && rest.length === nouns.length) || !isLeft(rest)) continue;
    const named = properties.filter(({ last }) => last && names.has(foldWord(last.text)));
    if (named.length > 0) return named.map(told);
  }
  return [];
}

/** Whether the thesaurus has two words as names of one thing, or as words of one meaning. */
function isSame({ thesaurus, analyzer }: Engine, asked: QueryWord, { terms }: Word): boolean {
  const near = thesaurus.related(asked) ?? [];
  const isName = (text: string) => analyzer.terms(text).join(' ') === terms.join(' ');
  return terms.length > 0 && near.some(({ text, similarity }) => similarity >= SAME_MEANING && isName(text));
}
