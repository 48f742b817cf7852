import { titlesWith } from '../lexical/title-terms.ts';
import type { SearchArrays } from '../store/arrays.ts';
import type { Word } from '../text/analyzer.ts';

/** What "how" asks for: "how many". */
const AMOUNT = /^(?:many|much|long|often|old|far)$/i;
const VERSUS = /^(?:vs|versus)$/i;
/** What may stand before a word that asks: "could you please explain". */
const COURTESY =
  '(?:(?:please|kindly|hi|hello|hey|can|could|would|will|you|i|we|want|need|wanna|like|to|help|let|me|us|someone|know|learn|understand|try) )*';
const VERB = '(?:explain|describe|define|clarify|summari[sz]e|(?:tell|teach|show|give) (?:me|us))';
const NOUN = '(?:definition|meaning|explanation|overview|introduction|summary|concept)';
const SIMPLY =
  '(?: (?:simply|briefly|quickly|please|in|simple|plain|terms|words|english|for|beginners|to|me))*';

/** What a search engine is told to do with a topic, 좀 찾아봐 줘; and what notes on it are called, 관련해서 적어 둔 거. */
const PLEASE = '(?: (?:좀|다시|한번|빨리|제발|혹시))*';
const DO =
  '(?:찾아봐|찾아줄래|찾아볼래|보여줘|보여줄래|보여봐|알려줄래|알려줘봐|가르쳐줘|말해줘|말해봐|정리해줘|요약해줘|추천해줘|비교해줘|검색|검색해줘|검색해봐)';
const ABOUT = '(?: (?:관련|관련된|관련해서|관련하여|관련한|대한|대해|대해서|관한|관해|관해서))?';
const WRITTEN =
  '(?:(?:적어|써|정리해|메모해|기록해|저장해) ?(?:둔|놓은|놨던|뒀던)|적은|적었던|쓴|썼던|정리한|정리했던|메모한|기록한)';
const NOTE = '(?:거|것|게|글|노트|메모|내용|문서|자료|페이지|기록)';

/** Most words of a query that is compared with the frames: in a longer one, a word that asks counts little. */
const MOST_FRAMED = 12;

/** How a question about X is put in English: X is what is left between the groups, in lower case with single spaces. */
const FRAMES = [
  new RegExp(`^(${COURTESY}${VERB} )(.+?)(${SIMPLY})$`),
  new RegExp(`^((?:(?:what|whats|is|are|the|an|a) )*${NOUN} (?:of|to|for|behind) )(.+?)()$`),
  /^((?:(?:what|whats|is|are|the) )*differences? between )(.+?)()$/,
  new RegExp(`^()(.+?)( explained${SIMPLY})$`),
  /^(how (?:do|does|did) )(.+?)( works?| worked)$/,
  /^(how )(.+?)( works)$/,
  /^(what (?:do|does|did) )(.+?)( means?| meant| stand for)$/,
];
/** The same in Korean. */
const KOREAN_FRAMES = [
  new RegExp(`^()(.+?)(${PLEASE} ${DO}(?: (?:줘|줄래|줘요|주세요))?)$`),
  new RegExp(`^()(.+?)(${ABOUT} ${WRITTEN} ${NOTE})$`),
  /^()(.+?)( 때문에 (?:고민|걱정)(?:이야|이에요|돼|돼요|됨|중|이다)?)$/,
  /^()(.+?)( 어떻게 해(?:야 (?:돼|해|하지|되나|돼요|해요|하나요))?)$/,
];

/**
 * The words of a query without the terms of those that only ask: "explain softmax" is about softmax, and documents
 * that explain themselves are not. They stay where nothing else is left ("explain"), and where a title has all that
 * was typed ("Meaning of life").
 */
export function withoutAsking(arrays: SearchArrays, words: readonly Word[]): readonly Word[] {
  const isTopical = ({ terms }: Word) => terms.length > 0;
  let topic: readonly Word[] = words;
  const textOf = (some: readonly Word[]) => some.map(({ text }) => text.toLowerCase()).join(' ');
  const frames = /[가-힣]/.test(textOf(words)) ? [...FRAMES, ...KOREAN_FRAMES] : FRAMES;
  for (const frame of words.length > MOST_FRAMED ? [] : frames) {
    const [, before = '', about] = frame.exec(textOf(topic)) ?? [];
    if (about === undefined) continue;
    const from = countOf(before);
    topic = topic.slice(from, from + countOf(about));
  }
  const isAmount = (i: number) =>
    topic[i - 1]?.text.toLowerCase() === 'how' && AMOUNT.test(topic[i]?.text ?? '');
  // In 옮겨야 하나 the second word is no number.
  const isAuxiliary = (i: number) => topic[i]?.text === '하나' && topic[i - 1]?.text.endsWith('야') === true;
  topic = topic.filter(({ text }, i) => !isAmount(i) && !isAuxiliary(i) && !VERSUS.test(text));
  if (topic.length === words.length || !topic.some(isTopical)) return words;
  const terms = words.flatMap((word) => word.terms);
  if (titlesWith(arrays, terms).length > 0) return words;
  return words.map((word) => (topic.includes(word) ? word : { ...word, terms: [], places: [] }));
}

function countOf(text: string): number {
  return text.split(' ').filter((word) => word !== '').length;
}
