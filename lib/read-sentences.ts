import { embedCounts } from './embedding/lsa.ts';
import type { Engine } from './engine.ts';
import { readWikilink } from './ingest/markdown/inlines.ts';
import { once } from './per-index.ts';
import { type QuotableLine, quotableLines, REACH } from './quotable.ts';
import type { ReadDocument } from './read.ts';
import type { SearchArrays } from './store/arrays.ts';
import { type ReadableDocument, sourceOf } from './store/readable.ts';
import { indentAt, lettersOf } from './text/outline.ts';
import type { Span } from './text/sentences.ts';

/** A sentence of a document, prepared for the answer. */
export interface ReadSentence extends QuotableLine {
  /** A question, a heading, an item that introduces others, or a mere reference: it answers nothing itself. */
  readonly isLead: boolean;
  /**
   * Counts by term id: its own terms, and once more each term of the headings, questions and items it stands under.
   */
  readonly terms: TermCounts;
  /** The headings, questions and items it stands under; `title` where that is the title of its document. */
  readonly under: readonly (Span | 'title')[];
  /** E(sentence), of length 1 or 0; computed on first use. */
  vector(): Float32Array;
}

type TermCounts = ReadonlyMap<number, number>;

/** A question, or a Korean request to say something: 설명해 주세요. */
const QUESTION =
  /(?:[?？]|(?:말|설명|답|이야기|서술)(?:씀)?해 ?(?:보|주)?(?:세요|시오|십시오|라))[\p{P}\s]*$/u;

const LINK = String.raw`(?:\[\[[^\]\n]{1,200}\]\]|\[[^\]\n]{1,200}\]\([^)\n]{0,500}\))`;

/** A sentence of Markdown that only points to other notes: "See [[A]] and [[B]].", "[[가]]를 참고하세요." */
const REFERENCE = new RegExp(
  `See(?: also)? ${LINK}(?:(?:, |,? (?:and|or) )${LINK}){0,5}|${LINK}(?:(?:, |[과와] | 및 )${LINK}){0,5}[을를도]? 참[고조](?:하세요|하라|할 것)?`,
  'g',
);

/** The references of a Markdown text, each as `lettersOf` gives it. */
function referencesOf(markdown: string): ReadonlySet<string> {
  const found = markdown.match(REFERENCE) ?? [];
  const shown = (_link: string, written: string) => readWikilink(written).shown;
  return new Set(found.map((text) => lettersOf(text.replace(/\[\[([^\]]*)\]\]/g, shown))));
}

/**
 * How many sentences after a question or a heading get its terms. A list right below a heading gets them in all its
 * items.
 */
const LED = { question: 1, heading: 2 } as const;

/**
 * The sentences of a document. A sentence after a question or a heading answers it, and a nested list item says
 * something about its parent, even if they share no words. So such sentences also get the terms of what they stand
 * under.
 */
export function readSentences(
  engine: Engine,
  arrays: SearchArrays,
  document: ReadableDocument,
  read: Pick<ReadDocument, 'passages' | 'words' | 'meanings'>,
): ReadSentence[] {
  const { content, format, id } = document;
  const isOutlined = format === 'markdown' || format === 'html';
  const markdown = isOutlined ? sourceOf(engine.store, id, REACH) : null;
  const references = referencesOf(markdown ?? '');
  // The title is the heading of a list that begins the document.
  const titleTerms = countTerms(engine.analyzer.terms(document.title), arrays);
  let lead: Lead = { above: { at: 'title', terms: titleTerms }, left: 0, isListed: true };
  let items: readonly Item[] = [];
  return quotableLines(document, markdown ?? '').map((said) => {
    const { span, kind, announces } = said;
    const terms = countsIn(read, span);
    const isHeading = announces === 'section';
    const text = content.slice(...span);
    const isQuestion = QUESTION.test(text);
    const indent = isHeading ? null : indentAt(content, span[0]);
    items = isHeading ? [] : itemsAbove(items, content, span, indent);
    const above: Above[] = [...items];
    if (isHeading) lead = { above: { at: span, terms }, left: LED.heading, isListed: true };
    else if (isQuestion) lead = { above: { at: span, terms }, left: LED.question, isListed: false };
    else if (kind !== 'scrap') {
      lead.isListed &&= indent !== null;
      if (announces === null && (lead.left-- > 0 || lead.isListed)) above.push(lead.above);
    }
    if (indent !== null) items = [...items, { indent, at: span, terms }];
    const counted = withThose(terms, above);
    return {
      ...said,
      isLead: isQuestion || announces !== null || (references.size > 0 && references.has(lettersOf(text))),
      under: above.map(({ at }) => at),
      terms: counted,
      vector: once(() => embedCounts(arrays, counted)),
    };
  });
}

function countTerms(terms: readonly string[], arrays: SearchArrays): TermCounts {
  return new Map(
    terms.flatMap((term) => {
      const id = arrays.terms.get(term);
      return id === undefined ? [] : [[id, 1] as const];
    }),
  );
}

/** What a sentence stands under, with its terms. */
interface Above {
  readonly at: Span | 'title';
  readonly terms: TermCounts;
}

/** A question or a heading. */
interface Lead {
  readonly above: Above;
  /** How many more sentences get its terms. */
  left: number;
  /** Whether only list items have followed so far. */
  isListed: boolean;
}

/** A list item. */
interface Item extends Above {
  readonly indent: number;
}

/** The list items that a sentence is nested in. @param indent of the item it stands in; null outside a list item */
function itemsAbove(
  items: readonly Item[],
  content: string,
  [start]: Span,
  indent: number | null,
): readonly Item[] {
  if (items.length === 0) return items;
  if (indent !== null) return items.filter((item) => item.indent < indent);
  // A new paragraph ends the list; a further line continues its item.
  const isParagraph = /\n\s*\n\S*$/.test(content.slice(Math.max(0, start - 60), start));
  return isParagraph ? [] : items;
}

/** Counts the terms of a sentence. It lies in one passage, whose words are already analysed. */
function countsIn(
  { passages, words, meanings }: Pick<ReadDocument, 'passages' | 'words' | 'meanings'>,
  [from, to]: Span,
): Map<number, number> {
  const counts = new Map<number, number>();
  const passage = Math.max(
    0,
    passages.findLastIndex(([start]) => start <= from),
  );
  words(passage).forEach(({ start }, i) => {
    if (start < from || start >= to) return;
    for (const id of meanings(passage)[i]?.ids ?? []) counts.set(id, (counts.get(id) ?? 0) + 1);
  });
  return counts;
}

/** Adds 1 to the count of each distinct term of the enclosing items, headings and questions. */
function withThose(terms: TermCounts, above: readonly Above[]): TermCounts {
  if (above.length === 0) return terms;
  const counts = new Map(terms);
  const ids = new Set(above.flatMap((one) => [...one.terms.keys()]));
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}
