import { type MathNode, type MathReader, texOf } from './mathml.ts';

/**
 * A formula as a line that people can read and search can find: `\frac{QK^\top}{\sqrt{d_k}}` becomes QKᵀ/√dₖ. Names
 * of commands are not words. Text without TeX stays as it is. A formula that cannot be parsed is stripped of its
 * commands.
 *
 * @param written  with its dollar signs
 */
export function mathText(written: string, reader: MathReader): string {
  const { tex, display } = texOf(written);
  if (!/[\\^_{}~']/.test(tex)) return tex;
  const math = reader.read(tex, display);
  if (math === null)
    return tex
      .replace(/\\[a-zA-Z]+\*?|[\\{}&]/g, ' ')
      .replace(/\s+/g, ' ')
      .trim();
  return tidy(textOf(math));
}

/** Marks where letters or digits on both sides need a space between them. */
const SEAM = '\ue000';

function tidy(text: string): string {
  return text
    .replace(/(?<=[\p{L}\p{N}\p{M})\]…′])\ue000+(?=[\p{L}\p{N}√∑∏∫])/gu, ' ')
    .replaceAll(SEAM, '')
    .replace(/\s+/g, ' ')
    .trim();
}

type Render = (node: MathNode) => string;

const RENDER: Readonly<Record<string, Render>> = {
  mi: symbol,
  mn: leaf,
  mo: operator,
  mtext: (node) => `${SEAM}${leaf(node)}${SEAM}`,
  mspace: ({ attributes: { width = '' } }) => (/^0*\.?0*[1-9]/.test(width) ? ' ' : ''),
  mphantom: () => '',
  mfrac: ({ children: [over, under] }) => `${SEAM}${grouped(over)}/${grouped(under, true)}${SEAM}`,
  msqrt: ({ children }) => `√${grouped({ name: 'mrow', attributes: {}, children }, true)}`,
  mroot: ({ children: [of, root] }) => `${raised(text(root))}√${grouped(of, true)}`,
  msub: ({ children: [base, sub] }) => scripts(text(base), text(sub), ''),
  msup: ({ children: [base, sup] }) => scripts(text(base), '', text(sup)),
  msubsup: ({ children: [base, sub, sup] }) => scripts(text(base), text(sub), text(sup)),
  munder: ({ children: [base, sub] }) => scripts(text(base), text(sub), ''),
  mover: ({ children: [base, sup] }) => over(text(base), text(sup)),
  munderover: ({ children: [base, sub, sup] }) => scripts(text(base), text(sub), text(sup)),
  mtable: ({ children }) => children.map(text).join('; '),
  mtr: ({ children }) => children.map(text).join(' '),
  menclose: (node) => (node.attributes.notation === 'top' ? over(tidy(inside(node)), '‾') : inside(node)),
};

type Child = MathNode | string | undefined;

function textOf(node: MathNode | string): string {
  return typeof node === 'string' ? node : (RENDER[node.name] ?? inside)(node);
}

function inside({ children }: MathNode): string {
  return children.map(textOf).join('');
}

/** The tidied text of a node; '' for none. */
function text(node: Child): string {
  return node === undefined ? '' : tidy(textOf(node));
}

function leaf({ children }: MathNode): string {
  // Bold and script letters become plain letters.
  return children
    .join('')
    .replaceAll('\u00a0', ' ')
    .replace(/[\u{1d400}-\u{1d7ff}]/gu, (sign) => sign.normalize('NFKC'));
}

function symbol(node: MathNode): string {
  const name = leaf(node);
  return /\p{L}{2}/u.test(name) ? `${SEAM}${name}${SEAM}` : name;
}

const LARGE = /^[∑∏∐∫∬∭∮⋃⋂⨁⨂]$/u;
/** Operators set apart by spaces between two terms. */
const BETWEEN = /^(?:[=<>+|\-−±∓×÷·⋅∗∘≤≥≠≈≡∼≃≅≔∝∈∉∋⊂⊃⊆⊇∪∩∧∨→←↔⇒⇐⇔↦⟶⟵⟹⟺⟼⊕⊗⊙≪≫∣∥⊥⊢⊨:∖≺≻]|:=)$/u;

function operator(node: MathNode): string {
  const sign = leaf(node);
  const { form, fence, separator } = node.attributes;
  if (/^[\u2061-\u2064]?$/u.test(sign)) return SEAM;
  if (LARGE.test(sign)) return `${sign} `;
  if (separator === 'true') return `${sign} `;
  if (fence === 'true' || form !== undefined) return sign;
  if (/^\p{L}{2}/u.test(sign)) return ` ${sign} `;
  return BETWEEN.test(sign) ? ` ${sign} ` : sign;
}

/** Adds parentheses where the text would be misread without them. @param alone whether a product needs them too */
function grouped(node: Child, alone = false): string {
  const shown = text(node);
  const outside = outsideBrackets(shown);
  const apart = /[\s+\-−=±,;/]/.test(outside) || (alone && outside !== '()' && factors(node) > 1);
  return apart ? `(${shown})` : shown;
}

/** The text outside brackets, with the brackets themselves. */
function outsideBrackets(shown: string): string {
  let depth = 0;
  let out = '';
  for (const sign of shown) {
    if (sign === ')') depth--;
    if (depth <= 0) out += sign;
    if (sign === '(') depth++;
  }
  return out;
}

function factors(node: Child): number {
  if (typeof node !== 'object' || node.name === 'mspace') return 0;
  if (!/^(?:mrow|mstyle|mpadded)$/.test(node.name)) return 1;
  return node.children.reduce((sum, child) => sum + factors(child), 0);
}

const UNDER = pairs('0123456789+-−=()aehijklmnoprstuvxβγρφχ', '₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ');
const OVER = pairs(
  '0123456789+-−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδθφχ⊤∗*′″†',
  '⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᶿᵠᵡᵀ**′″†',
);

function pairs(plain: string, small: string): ReadonlyMap<string, string> {
  const signs = [...small];
  return new Map([...plain].map((sign, i) => [sign, signs[i] ?? sign]));
}

function lowered(script: string): string {
  return small(script, UNDER, '_');
}

function raised(script: string): string {
  return small(script, OVER, '^');
}

/**
 * A script in Unicode sub- or superscript letters if all exist, else after _ or ^. Words stay plain so that search
 * finds them.
 */
function small(script: string, signs: ReadonlyMap<string, string>, mark: string): string {
  const tight = script.replace(/ ([^\p{L}\p{N}]) /gu, '$1');
  if (tight === '' || BRACE.test(tight)) return '';
  const made = [...tight].map((sign) => signs.get(sign));
  if (!/\p{L}{3}/u.test(tight) && made.every((sign) => sign !== undefined)) return made.join('');
  const isOne = /^(?:.|[\p{Lu}\p{Ll}\p{Lo}]+|\p{Nd}+)$/u.test(tight) || outsideBrackets(tight) === '()';
  return isOne ? `${mark}${tight}` : `${mark}(${script})`;
}

/** The brace over or under a group in \underbrace. */
const BRACE = /^[⏞⏟⎴⎵⏜⏝]$/u;

function scripts(base: string, sub: string, sup: string): string {
  const isBraced = BRACE.test(`${sub}${sup}`);
  const group = /\s/.test(outsideBrackets(base)) && !isBraced ? `(${base})` : base;
  // idf_t rather than idfₜ, which search would take for another word.
  const under = /\p{L}{3}$/u.test(base) && /^\p{L}+$/u.test(sub) ? `_${sub}` : lowered(sub);
  const made = `${group}${under}${raised(sup)}`;
  if (LARGE.test(base)) return `${made} `;
  return /\p{L}{2}/u.test(base) ? `${SEAM}${made}${SEAM}` : made;
}

/** Combining marks, by the sign that stands above a letter. */
const ACCENTS = pairs(
  '^ˆ~˜‾¯→˙¨ˇ˘´`',
  '\u0302\u0302\u0303\u0303\u0304\u0304\u20d7\u0307\u0308\u030c\u0306\u0301\u0300',
);

/** A letter with its accent; a longer base stays without. */
function over(base: string, sign: string): string {
  const accent = /^\P{L}$/u.test(base) ? undefined : ACCENTS.get(sign);
  if (accent === undefined) return scripts(base, '', sign);
  return /^\p{L}$/u.test(base) ? `${base}${accent}` : base;
}
