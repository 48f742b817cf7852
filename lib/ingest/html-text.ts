import { Parser } from 'htmlparser2';
import { pictureText } from './alternative-text.ts';
import { TextBuilder } from './plain-text.ts';
import { ReadError } from './reader.ts';

/** Elements whose content is never text of the page. */
const DEAD = new Set(
  'script style template noscript svg iframe object embed audio video canvas head rt rp datalist'.split(' '),
);
/** Elements around the text of a page: menus, forms, side notes. */
const AROUND = new Set('nav aside form button select textarea dialog menu'.split(' '));
const BLOCKS = new Set(
  (
    'address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure footer ' +
    'form h1 h2 h3 h4 h5 h6 header hgroup hr main nav ol p pre section summary table ul'
  ).split(' '),
);
const HEADINGS = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'];
/** The time of a tag grows with the depth it is at. Real pages with unclosed tags reach some thousands. */
const DEEPEST = 10_000;
const INVISIBLE = /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)/i;

/** The texts of a page. */
export interface HtmlText {
  readonly body: string;
  /** Text inside <main>, and inside all <article>s; '' if there are none. */
  readonly main: string;
  readonly article: string;
  /** <title>, the first <h1>, and each <meta> by property or name. '' and empty if not given. */
  readonly title: string;
  readonly heading: string;
  /** All headings of the body, of every level, in order. */
  readonly headings: readonly string[];
  readonly meta: ReadonlyMap<string, string>;
}

/**
 * The text of HTML: paragraphs separated by blank lines, list items and table rows on lines of their own, cells
 * separated by |, images as their alternative text if that says something, and <pre> verbatim.
 *
 * @param keepAll  also include what surrounds the text (menus, forms, headers) and what is hidden
 * @throws {ReadError} tags nested more than DEEPEST deep
 */
export function htmlText(html: string, keepAll = false): HtmlText {
  const extractor = new Extractor(keepAll);
  new PageParser(html, extractor).end(html);
  return extractor.result();
}

/** The parser, except that it does not look for a tag to close among all open ones if there is none. */
class PageParser extends Parser {
  readonly #html: string;
  readonly #extractor: Extractor;
  #isClosing = false;

  constructor(html: string, extractor: Extractor) {
    super(
      {
        onopentag: (name, attributes) => extractor.open(name, attributes),
        onclosetag: (name) => extractor.close(name),
        ontext: (text) => extractor.text(text),
      },
      { decodeEntities: true },
    );
    this.#html = html;
    this.#extractor = extractor;
  }

  override onclosetag(start: number, end: number): void {
    const name = this.#html.slice(start, end).toLowerCase();
    if (name === 'p' && !this.#extractor.has(name)) {
      // The standard reads it as an empty paragraph.
      this.#extractor.open(name, {});
      this.#extractor.close(name);
      return;
    }
    this.#isClosing = true;
    super.onclosetag(start, end);
    this.#isClosing = false;
  }

  /** The parser closes no void element, so it does not look for one either. */
  protected override isVoidElement(name: string): boolean {
    return super.isVoidElement(name) || (this.#isClosing && !this.#extractor.has(name));
  }
}

/**
 * Handles the events of the parser, which closes every tag it opens. Without recursion, so deep nesting is
 * harmless.
 */
class Extractor {
  readonly #keepAll: boolean;
  readonly #body = new TextBuilder();
  readonly #main = new TextBuilder();
  readonly #article = new TextBuilder();
  readonly #title: string[] = [];
  readonly #heading: string[] = [];
  /** Alternative texts of the pictures in the first <h1>. */
  readonly #pictures: string[] = [];
  /** Texts of the headings in the body; the last may be incomplete while it is open. */
  readonly #outline: string[] = [];
  readonly #meta = new Map<string, string>();
  /** Number of open tags by name. */
  readonly #open = new Map<string, number>();
  /** Depth inside an element that is left out; 0 outside. */
  #skipped = 0;
  #depth = 0;
  #inHead = false;
  /** Next numbers of the open lists; null for bullets. */
  readonly #lists: (number | null)[] = [];
  #rowHasText = false;
  #headings = 0;

  constructor(keepAll: boolean) {
    this.#keepAll = keepAll;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === 'meta') this.#readMeta(attributes);
    if (++this.#depth > DEEPEST) throw new ReadError(`its tags are nested more than ${DEEPEST} deep`);
    if (name === 'h1') this.#headings++;
    this.#count(name, 1);
    if (this.#skipped > 0 || this.#isLeftOut(name, attributes)) {
      if (name === 'head') this.#inHead = true;
      this.#skipped++;
      return;
    }
    this.#breakAround(name);
    if (HEADINGS.includes(name)) this.#outline.push('');
    if (name === 'ol' || name === 'ul') this.#lists.push(name === 'ol' ? 1 : null);
    else if (name === 'li') this.#prefix(this.#bullet());
    else if (name === 'tr') this.#rowHasText = false;
    else if ((name === 'td' || name === 'th') && this.#rowHasText) this.#prefix(' | ');
    else if (name === 'img') this.text(pictureText(attributes.alt ?? ''), this.#pictures);
  }

  close(name: string): void {
    this.#depth--;
    this.#count(name, -1);
    if (this.#skipped > 0) {
      this.#skipped--;
      if (this.#skipped === 0) this.#inHead = false;
      return;
    }
    if (name === 'ol' || name === 'ul') this.#lists.pop();
    if (name === 'li' || name === 'tr') this.#prefix('');
    if (name !== 'br') this.#breakAround(name);
    if (HEADINGS.includes(name)) this.#each((builder) => builder.glue());
  }

  text(text: string, heading = this.#heading): void {
    if (this.has('title') && !this.has('svg')) this.#title.push(text);
    else if (this.#headings === 1 && this.has('h1') && !this.#inHead) heading.push(text);
    if (this.#skipped > 0 || this.has('title')) return;
    if (text.trim() !== '') this.#rowHasText = true;
    if (HEADINGS.some((name) => this.has(name))) this.#outline.push(`${this.#outline.pop()}${text}`);
    const verbatim = this.has('pre');
    this.#each((builder) => (verbatim ? builder.append(text) : builder.flow(text)));
  }

  /** Whether a tag of that name is open. */
  has(name: string): boolean {
    return (this.#open.get(name) ?? 0) > 0;
  }

  result(): HtmlText {
    return {
      body: this.#body.toString(),
      main: this.#main.toString(),
      article: this.#article.toString(),
      title: this.#title.join(''),
      heading: this.#heading.join('').trim() || this.#pictures.join(' '),
      headings: this.#outline,
      meta: this.#meta,
    };
  }

  #isLeftOut(name: string, attributes: Readonly<Record<string, string>>): boolean {
    if (DEAD.has(name)) return true;
    if (this.#keepAll) return false;
    if (AROUND.has(name)) return true;
    // A header or footer of the page contains menus; one inside the article belongs to it.
    if (name === 'header' || name === 'footer') return !this.has('main') && !this.has('article');
    const role = attributes.role ?? '';
    return (
      attributes.hidden !== undefined ||
      attributes['aria-hidden'] === 'true' ||
      /^(?:navigation|banner|contentinfo|search|menu|menubar)$/.test(role) ||
      INVISIBLE.test((attributes.style ?? '').slice(0, 1000))
    );
  }

  #readMeta(attributes: Readonly<Record<string, string>>): void {
    const key = (attributes.property ?? attributes.name ?? '').toLowerCase();
    if (key !== '' && !this.#meta.has(key)) this.#meta.set(key, attributes.content ?? '');
  }

  #breakAround(name: string): void {
    if (name === 'br' || name === 'li' || name === 'tr' || name === 'caption') {
      this.#each((builder) => builder.breakLine());
    } else if (BLOCKS.has(name)) {
      const tight = this.#lists.length > 0;
      this.#each((builder) => (tight ? builder.breakLine() : builder.breakParagraph()));
    }
  }

  #bullet(): string {
    const number = this.#lists.at(-1);
    if (typeof number !== 'number') return '- ';
    this.#lists[this.#lists.length - 1] = number + 1;
    return `${number}. `;
  }

  #prefix(text: string): void {
    this.#each((builder) => builder.prefix(text));
  }

  #each(act: (builder: TextBuilder) => void): void {
    act(this.#body);
    if (this.has('main')) act(this.#main);
    if (this.has('article')) act(this.#article);
  }

  #count(name: string, change: number): void {
    this.#open.set(name, (this.#open.get(name) ?? 0) + change);
  }
}
