import { remainingWeight, type SoftmaxSummary, summarize, weightOf } from '../../lib/math/softmax.ts';
import { decimal, lineWidth, percent, significant, total } from '../../server/views/numbers.ts';
import { FOLLOW, SWAPPED } from './live.ts';

/** Milliseconds after the last change before the page is loaded for the new temperature. */
const REST = 250;
let timer = 0;

/**
 * The temperature slider. Fetches all logits of the query once; moving the slider runs the server's own
 * softmax (lib/math/softmax.ts) on them. The ranking does not depend on T, so no further request is
 * needed until the slider rests; then the URL and the server-rendered parts are updated.
 */
export function enhanceSlider(root: HTMLElement): void {
  attach(root);
  root.addEventListener(SWAPPED, () => attach(root));
}

function attach(root: HTMLElement): void {
  const range = root.querySelector<HTMLInputElement>('[data-temperature-range]');
  const number = root.querySelector<HTMLInputElement>('[data-temperature]');
  const box = root.querySelector<HTMLElement>('[data-slider]');
  clearTimeout(timer); // may belong to a slider that has been replaced
  if (!range || !number || !box) return;
  box.classList.add('on');
  range.value = String(Math.log10(Number(number.value)));
  range.setAttribute('aria-valuetext', `T = ${number.value}`);
  // Fetches the logits when the pointer or the focus reaches the slider, so that the first move responds
  // at once.
  for (const kind of ['pointerenter', 'focus'] as const)
    range.addEventListener(kind, () => void logitsOfPage(), { once: true });
  const move = async (temperature: number) => {
    clearTimeout(timer);
    range.setAttribute('aria-valuetext', `T = ${temperature}`);
    const logits = await logitsOfPage();
    // A later move may have overtaken this one while the logits were loading.
    if (Number(number.value) === temperature) draw(root, summarize(logits, temperature), logits, temperature);
  };
  range.addEventListener('input', () => {
    const temperature = round(10 ** Number(range.value));
    number.value = String(temperature);
    void move(temperature);
  });
  range.addEventListener('pointerdown', () => clearTimeout(timer));
  range.addEventListener('change', () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => follow(root, Number(number.value)), REST);
  });
  number.addEventListener('input', () => {
    const temperature = Number(number.value);
    if (!(temperature > 0)) return;
    range.value = String(Math.log10(temperature));
    void move(temperature);
  });
}

/** Rounds to two significant digits, so that the temperature is easy to read. */
function round(temperature: number): number {
  return Number(temperature.toPrecision(2));
}

let known: { readonly url: string; readonly logits: Promise<Float64Array> } | null = null;

/**
 * The logits of the page's query, in the order of the index. Fetched once per query: they do not depend
 * on T.
 */
function logitsOfPage(): Promise<Float64Array> {
  const url = new URL('/api/logits', location.href);
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (!['temperature', 'limit', 'mass', 'lang', 'why'].includes(name)) url.searchParams.append(name, value);
  }
  if (known?.url !== url.href) known = { url: url.href, logits: fetchLogits(url) };
  return known.logits;
}

async function fetchLogits(url: URL): Promise<Float64Array> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The logits could not be fetched (${response.status}).`);
  return new Float64Array(await response.arrayBuffer());
}

/** Asks the live region to load the page for this temperature. */
function follow(root: HTMLElement, temperature: number): void {
  const url = new URL(location.href);
  if (temperature === 1) url.searchParams.delete('temperature');
  else url.searchParams.set('temperature', String(temperature));
  root.dispatchEvent(new CustomEvent(FOLLOW, { detail: url.href }));
}

/** Updates all weights on the page. */
function draw(root: HTMLElement, summary: SoftmaxSummary, logits: Float64Array, temperature: number): void {
  let listed = 0;
  for (const result of root.querySelectorAll<HTMLElement>('[data-results] [data-result]')) {
    listed += drawResult(root, result, summary, temperature);
  }
  for (const result of root.querySelectorAll<HTMLElement>('.why-rows [data-result]'))
    drawResult(root, result, summary, temperature);
  const remainder = remainingWeight(summary.nothing + listed);
  for (const [kind, weight] of [
    ['nothing', summary.nothing],
    ['remainder', remainder],
  ] as const) {
    setText(root, `[data-${kind}]`, percent(weight));
    setWidths(root, `[data-kind="${kind}"]`, weight);
  }
  const all = logits.reduce((sum, logit) => sum + weightOf(logit, temperature, summary), 0);
  const { parts, sum } = total(listed, Math.max(0, all - listed), summary.nothing);
  setText(root, '[data-maths-parts]', parts);
  setText(root, '[data-maths-total]', sum);
  setText(root, '[data-effective]', summary.effective.toFixed(1));
  setText(root, '[data-temperature-shown]', `T = ${temperature}`);
  setText(root, '[data-mass-text]', massText(root, summary, logits, temperature));
}

function drawResult(
  root: HTMLElement,
  result: HTMLElement,
  summary: SoftmaxSummary,
  temperature: number,
): number {
  const id = result.dataset.result ?? '';
  const logit = Number(result.dataset.logit);
  const weight = weightOf(logit, temperature, summary);
  result.dataset.exact = String(weight);
  setText(result, '[data-weight]', percent(weight));
  const meter = result.querySelector<HTMLMeterElement>('[data-meter]');
  if (meter) meter.value = weight;
  setText(root, `[data-weight-of="${id}"]`, percent(weight));
  setWidths(root, `[data-line="${id}"], [data-bar="${id}"]`, weight);
  setText(result, '[data-maths-temperature]', String(temperature));
  setText(result, '[data-maths-scaled]', decimal(logit / temperature, 4));
  setText(result, '[data-maths-shift]', decimal(summary.shift, 4));
  setText(result, '[data-maths-exp]', significant(Math.exp(logit / temperature - summary.shift)));
  setText(result, '[data-maths-sum]', significant(summary.sum, 5));
  setText(result, '[data-maths-nothing]', significant(Math.exp(-summary.shift)));
  setText(result, '[data-maths-weight]', significant(weight));
  return weight;
}

/** Counts the documents that hold 90% of the weight of all documents. The wording comes from the server. */
function massText(
  root: HTMLElement,
  summary: SoftmaxSummary,
  logits: Float64Array,
  temperature: number,
): string {
  const sorted = Float64Array.from(logits).sort();
  const goal = 0.9 * (1 - summary.nothing);
  let held = 0;
  let count = 0;
  for (let i = sorted.length - 1; i >= 0 && held < goal; i--) {
    held += weightOf(sorted[i] as number, temperature, summary);
    count++;
  }
  const { one = '', many = '' } = root.querySelector<HTMLElement>('[data-mass-text]')?.dataset ?? {};
  return count === 1 ? one : many.replace('{count}', count > 1000 ? '>1000' : String(count));
}

function setText(root: ParentNode, selector: string, text: string): void {
  for (const element of root.querySelectorAll(selector)) element.textContent = text;
}

function setWidths(root: ParentNode, selector: string, weight: number): void {
  for (const element of root.querySelectorAll(selector)) {
    if (element instanceof SVGPathElement) element.setAttribute('stroke-width', String(lineWidth(weight)));
    if (element instanceof SVGRectElement) element.setAttribute('width', String(Math.max(0.4, 100 * weight)));
  }
}
