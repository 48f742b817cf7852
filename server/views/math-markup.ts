import type { MathNode } from '../../lib/ingest/markdown/mathml.ts';

/** MathML elements that are allowed. Any other is replaced by its children. */
const ELEMENTS = new Set(
  (
    'math mrow mi mn mo mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mmultiscripts ' +
    'mprescripts mtable mtr mtd mstyle mpadded mphantom menclose'
  ).split(' '),
);
/**
 * Allowed attributes and their values. No style, which the Content Security Policy forbids, no id, no
 * link.
 */
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

/** Serialises MathML with allowed elements and attributes only; text is escaped. */
export function mathMarkup(node: MathNode | string): string {
  if (typeof node === 'string') return escapeText(node);
  const inner = node.children.map(mathMarkup).join('');
  if (!ELEMENTS.has(node.name)) return inner;
  const attributes = Object.entries(node.attributes)
    .filter(([name, value]) => ATTRIBUTES[name]?.test(value))
    .map(([name, value]) => ` ${name}="${value}"`);
  // Temml marks the columns of aligned equations with a class.
  const side = node.name === 'mtd' && /\btml-(left|right)\b/.exec(node.attributes.class ?? '')?.[1];
  if (side) attributes.push(` class="align-${side}"`);
  return `<${node.name}${attributes.join('')}>${inner}</${node.name}>`;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
