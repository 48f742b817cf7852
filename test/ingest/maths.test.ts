import { describe, expect, test, vi } from 'vitest';
import { MathReader } from '../../lib/ingest/markdown/mathml.ts';
import { Analyzer } from '../../lib/text/analyzer.ts';
import { mathMarkup } from '../../server/views/math-markup.ts';
import { contentOf } from './support.ts';

describe('a formula in a note becomes readable text', () => {
  test.each([
    ['\\mathrm{softmax}\\left(\\frac{QK^\\top}{\\sqrt{d_k}}\\right)V', 'softmax(QKᵀ/√dₖ)V'],
    ['p_i = \\frac{e^{x_i}}{\\sum_j e^{x_j}}', 'pᵢ = e^(xᵢ)/(∑ⱼ e^(xⱼ))'],
    ['\\frac{a+b}{2n}', '(a + b)/(2n)'],
    ['\\sqrt{a+b} + \\sqrt[3]{x}', '√(a + b) + ³√x'],
    ['H = -\\sum_i p_i \\log p_i', 'H = −∑ᵢ pᵢ log pᵢ'],
    ['\\mathrm{DCG} = \\sum_{r=1}^{10} g_r', 'DCG = ∑ᵣ₌₁¹⁰ gᵣ'],
    ['L = -\\log p_{\\text{정답}}', 'L = −log p_정답'],
    ['\\xi^{\\text{new}} = X\\,\\mathrm{softmax}(\\beta X^\\top \\xi)', 'ξ^new = X softmax(βXᵀξ)'],
    ['\\theta \\leftarrow \\theta - \\eta\\nabla L', 'θ ← θ − η∇L'],
    ["q' = \\alpha q + \\overline{d^+}", 'q′ = αq + d⁺'],
    ['\\hat{x}, \\bar y, \\vec{v}', 'x̂, ȳ, v⃗'],
    ['\\mathbf{W}x \\in \\mathbb{R}^n', 'Wx ∈ ℝⁿ'],
    ['\\max_{x\\in X} f(x)', 'max_(x ∈ X) f(x)'],
    ['\\mathrm{idf}_t \\cdot W_Q', 'idf_t ⋅ W_Q'],
    ['\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}', '(1 2; 3 4)'],
    ['\\underbrace{a+b}_{\\text{sum}}', '(a + b)_sum'],
    ['\\text{정밀도}=\\frac{6}{10}', '정밀도 = 6/10'],
  ])('%s', async (tex, text) => {
    expect(await contentOf(`as $$${tex}$$ says`)).toBe(`as ${text} says`);
    expect(await contentOf(`as\n\n$$\n${tex}\n$$`)).toBe(`as\n\n${text}`);
  });

  test.each([
    ['a formula without TeX commands keeps its signs', 'for $k - 1$ of $n$', 'for k - 1 of n'],
    ['dollar signs around words are money', 'pay 20$, not 30$ there', 'pay 20$, not 30$ there'],
    ['a formula that cannot be parsed loses only its commands', '$\\nosuch{x} + y$', 'x + y'],
    ['definitions are ignored', '$\\def\\a{b}\\a$', 'b'],
    ['a formula in a heading is converted too', '# A\n\n## The $d_k$ of a head', 'The dₖ of a head'],
  ])('%s', async (_, markdown, content) => {
    expect(await contentOf(markdown)).toBe(content);
  });

  test('command names do not become search terms', async () => {
    const content = await contentOf(
      '$$\\left[\\frac{\\mathrm{idf}_t}{\\sqrt{n}}\\right]^{\\top} \\text{ where } \\bad{x} \\le 1$$ $\\frac{\\alpha}{b}$',
    );
    const terms = new Analyzer().terms(content);
    for (const name of ['frac', 'mathrm', 'left', 'right', 'sqrt', 'top', 'text', 'bad', 'le', 'alpha'])
      expect(terms).not.toContain(name);
    expect(terms).toContain('idf');
    expect(terms).toContain('α');
  });
});

test('the formulas of headings have a budget for the whole note, as those of its text have', async () => {
  const read = vi.spyOn(MathReader.prototype, 'read');
  const tex = `${'\\frac{a_1}{b_2}+'.repeat(60)}x`;
  await contentOf(`# H $${tex}$\n\n`.repeat(300));
  const parsed = read.mock.results.filter(({ value }) => value !== null).length;
  vi.restoreAllMocks();
  expect(parsed).toBeGreaterThan(100);
  // Read for the title, for the links and tags, and for the text.
  expect(parsed * tex.length).toBeLessThan(3 * 50_000);
});

describe('a formula on a page', () => {
  const markup = (tex: string) => {
    const read = new MathReader().read(tex, true);
    return read && mathMarkup(read);
  };

  test('is MathML without style, id, link or event handler', () => {
    expect(markup('\\frac{a}{b} < \\sqrt{d}')).toBe(
      '<math display="block"><mrow><mfrac><mi>a</mi><mi>b</mi></mfrac><mo>&lt;</mo><msqrt><mi>d</mi></msqrt></mrow></math>',
    );
    for (const tex of [
      '\\color{red}x',
      '\\label{e}x\\tag{1}\\eqref{e}',
      '\\boxed{x}',
      '\\raisebox{90em}{x}',
      '\\rule{99em}{99em}',
      '\\text{<script>alert(1)</script> "onload="x}',
      '\\begin{cases}a&b\\end{cases}',
      '\\cancel{x}',
      '\\underbrace{x}_y',
    ])
      for (const [tag] of (markup(tex) ?? 'unread <').matchAll(/<[^>]*>?/g))
        expect(tag).toMatch(/^<\/?m[a-z]+(?: (?!style|id|href|on)[a-z]+="[a-z0-9. +-]*")*>$/);
  });

  test.each([
    '\\href{javascript:alert(1)}{x}',
    '\\url{https://example.org}',
    '\\includegraphics{https://example.org/x.png}',
    '\\htmlStyle{color:red}{x}',
    '\\def\\a{x}\\a',
    '\\gdef\\a{x}\\a',
    '\\newcommand{\\a}{x}\\a',
    '\\renewcommand{\\a}{x}\\a',
    '\\providecommand{\\a}{x}\\a',
    '\\providecommand\\a{x}\\a',
    '\\let\\a=x\\a',
    '\\nosuch{x}',
    '\\frac{1',
    'x'.repeat(2001),
  ])('%s is not parsed', (tex) => {
    expect(markup(tex)).toBeNull();
  });

  test('cannot use a definition from another', () => {
    const reader = new MathReader();
    reader.read('\\newcommand{\\mine}{x}', true);
    expect(reader.read('\\mine', true)).toBeNull();
  });
});
