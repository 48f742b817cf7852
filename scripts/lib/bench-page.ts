import type { Page } from 'playwright-core';
import type { DocumentInput } from '../../lib/document.ts';
import { Engine } from '../../lib/engine.ts';
import { inBrowser } from './chromium.ts';
import { readWordNet } from './wordnet.ts';

/** All times in milliseconds. */
interface PageReport {
  readonly documents: number;
  /** From an arrow key on the temperature slider until the new weights are drawn; needs no request. */
  readonly slider: Quantiles;
  /**
   * From a letter typed in the query until the new weights are drawn: debounce, request and replacement
   * of the page.
   */
  readonly typing: Quantiles;
  /** Loading the self-attention page of a document of 5,000 words. */
  readonly selfAttention: Quantiles;
  /** Loading the library map: the first time, and from the cache. */
  readonly firstMap: Quantiles;
  readonly map: Quantiles;
}

interface Quantiles {
  readonly p50: number;
  readonly p95: number;
}

const PRESSES = 40;
const QUERY = '[data-query]';
const LOADS = 20;
const LONG = 'wordnet/long';
const LONG_WORDS = 5_000;

/** A long document made of glosses, one sentence each. */
function longDocument(): DocumentInput {
  const sentences: string[] = [];
  let words = 0;
  for (const { content } of readWordNet()) {
    sentences.push(`${content}.`);
    words += content.split(' ').length;
    if (words >= LONG_WORDS) break;
  }
  return { uri: LONG, title: 'glosses', content: sentences.join('\n'), format: 'text' };
}

/** Measures the pages on the first synsets of WordNet in a real browser. */
export async function measurePage(documents: number): Promise<PageReport> {
  const engine = Engine.open();
  await engine.index([...readWordNet(documents - 1), longDocument()]);
  return await inBrowser(engine, async (browser, origin) => {
    const page = await browser.newPage();
    await page.goto(`${origin}/?q=a+large+animal&temperature=2`);
    await page.waitForSelector('[data-temperature-range]', { state: 'visible' });
    const slider = await timePresses(page, '[data-temperature-range]', ['ArrowRight', 'ArrowLeft']);
    const typing = await timePresses(page, QUERY, ['s', 'Backspace']);
    const { id } = engine.store.sql('SELECT id FROM documents WHERE uri = ?').get(LONG) as { id: number };
    const selfAttention = await timePage(`${origin}/documents/${id}/self-attention`, LOADS);
    const firstMap = await timePage(`${origin}/documents/map`, 1);
    const map = await timePage(`${origin}/documents/map`, LOADS);
    return { documents, slider, typing, selfAttention, firstMap, map };
  });
}

/**
 * Runs in the page. window.drawn resolves to the milliseconds from the next key press to the frame that
 * shows the first change.
 */
const WATCH = `(() => {
  let pressed = 0;
  addEventListener('keydown', () => { pressed = performance.now(); }, { once: true, capture: true });
  window.drawn = new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - pressed)));
    });
    observer.observe(document.querySelector('[data-live]'), { subtree: true, childList: true, characterData: true });
  });
})()`;

/** Times loading a page repeatedly, to its last byte. */
async function timePage(url: string, times: number): Promise<Quantiles> {
  const took: number[] = [];
  for (let i = 0; i < times; i++) {
    const started = performance.now();
    const response = await fetch(url);
    await response.text();
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    took.push(performance.now() - started);
  }
  return quantiles(took);
}

/** Times key presses, each until the frame that shows the first change. */
async function timePresses(page: Page, selector: string, keys: readonly string[]): Promise<Quantiles> {
  const times: number[] = [];
  for (let i = 0; i < PRESSES; i++) {
    await page.focus(selector);
    if (selector === QUERY) await page.keyboard.press('End');
    await page.evaluate(WATCH);
    await page.keyboard.press(keys[i % keys.length] ?? '');
    const drawn: unknown = await page.evaluate(
      'Promise.race([window.drawn, new Promise((give) => setTimeout(give, 5000))])',
    );
    if (typeof drawn === 'number') times.push(drawn);
    await page.waitForTimeout(700); // lets the page settle
  }
  return quantiles(times);
}

function quantiles(times: readonly number[]): Quantiles {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round((sorted[Math.floor(share * (sorted.length - 1))] ?? 0) * 10) / 10;
  return { p50: at(0.5), p95: at(0.95) };
}
