import type { MathNode } from '../../lib/ingest/markdown/mathml.ts';

/** The elements a page shows; of any other only the children. */
const ELEMENTS = new Set(
  (
    'math mrow mi mn mo mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mmultiscripts ' +
    'mprescripts mtable mtr mtd mstyle mpadded mphantom menclose'
  ).split(' '),
);
/** The attributes it keeps, and what they may be. No style: the page's policy forbids it; no id, no link. */
const ATTRIBUTES: Readonly<Record<string, RegExp>> = {
  ...named(
    'fence separator stretchy symmetric largeop movablelimits accent accentunder displaystyle',
    /^(?:true|false)$/,
  ),
  ...named(
    'lspace rspace width height depth linethickness minsize maxsize',
    /^-?\d?(?:\.\d+)?(?:em|ex|px|pt)?$/,
  ),
  ...named('columnspan rowspan scriptlevel', /^[+-]?\d{1,2}$/),
  ...named('display form mathvariant notation', /^[a-z -]{1,40}$/),
};

function named(names: string, value: RegExp): Record<string, RegExp> {
  return Object.fromEntries(names.split(' ').map((name) => [name, value]));
}

/** MathML for a page: known elements and attributes, everything else escaped or left out. */
export function mathMarkup(node: MathNode | string): string {
  if (typeof node === 'string') return escapeText(node);
  const inner = node.children.map(mathMarkup).join('');
  if (!ELEMENTS.has(node.name)) return inner;
  const attributes = Object.entries(node.attributes)
    .filter(([name, value]) => ATTRIBUTES[name]?.test(value))
    .map(([name, value]) => ` ${name}="${value}"`);
  // The columns of aligned equations.
  const side = node.name === 'mtd' && /\btml-(left|right)\b/.exec(node.attributes.class ?? '')?.[1];
  if (side) attributes.push(` class="align-${side}"`);
  return `<${node.name}${attributes.join('')}>${inner}</${node.name}>`;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
