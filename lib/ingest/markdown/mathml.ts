import { createRequire } from 'node:module';
import { Parser } from 'htmlparser2';

/** An element of MathML; its text is among its children. */
export interface MathNode {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (MathNode | string)[];
}

/** Most characters of a formula. Longer ones are not readable, and the time to parse one grows with its length. */
const LONGEST = 2000;
/** Most characters of TeX that one reader reads: a hundred pages of formulas. Later ones are not parsed. */
const MOST = 50_000;
/** Most characters of MathML: no real formula is a hundred times as long as its TeX. */
const LARGEST = 200_000;
/** Definitions could expand without bound, and no single formula needs them. */
const DEFINES = /\\(?:[a-z]*def|[a-z]*command|let|futurelet|global|long)(?![a-zA-Z])/;

/** Loaded at the first formula, because many libraries have none. */
let temml: typeof import('temml')['default'] | null = null;

/** Reads the formulas of one note; its headings have a reader of their own. */
export class MathReader {
  #left = MOST;

  /**
   * TeX as MathML; null if it cannot be parsed or is too long.
   *
   * @param tex  without the dollar signs
   */
  read(tex: string, displayMode: boolean): MathNode | null {
    if (tex.length > Math.min(LONGEST, this.#left) || DEFINES.test(tex)) return null;
    this.#left -= tex.length;
    temml ??= createRequire(import.meta.url)('temml') as typeof import('temml')['default'];
    try {
      const xml = temml.renderToString(tex, { displayMode, throwOnError: true, trust: false });
      return xml.length > LARGEST ? null : parse(xml);
    } catch {
      return null; // not a formula, or an unknown macro
    }
  }
}

/** The TeX between the dollar signs of `$x$` or `$$x$$`. */
export function texOf(written: string): { readonly tex: string; readonly display: boolean } {
  const display = written.startsWith('$$');
  const marks = display ? 2 : 1;
  return { tex: written.slice(marks, written.length - marks).trim(), display };
}

type Growing = MathNode & { readonly children: (MathNode | string)[] };

function parse(xml: string): MathNode | null {
  const root: Growing = { name: '', attributes: {}, children: [] };
  const open: Growing[] = [root];
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        const node: Growing = { name, attributes, children: [] };
        open.at(-1)?.children.push(node);
        open.push(node);
      },
      onclosetag: () => void open.pop(),
      ontext: (text) => void open.at(-1)?.children.push(text),
    },
    { xmlMode: true },
  );
  parser.end(xml);
  const [math] = root.children;
  return typeof math === 'object' ? math : null;
}
