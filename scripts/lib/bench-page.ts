import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { Engine } from '../../lib/engine.ts';
import { createApp } from '../../server/app.ts';
import { readWordNet } from '../wordnet.ts';
import { launchChromium } from './chromium.ts';

/** Milliseconds in the browser, from a key press until the page shows what follows from it. */
export interface PageReport {
  readonly documents: number;
  /** An arrow key on the temperature slider until the weights are drawn: no request. */
  readonly slider: Quantiles;
  /** A letter in the query until the new weights are drawn: the pause for more letters, a request, a new page. */
  readonly typing: Quantiles;
}

interface Quantiles {
  readonly p50: number;
  readonly p95: number;
}

const PRESSES = 40;
const QUERY = '[data-query]';

/** Measures the search page over the first synsets of WordNet in a real browser. */
export async function measurePage(documents: number): Promise<PageReport> {
  const engine = Engine.open();
  await engine.index(readWordNet(documents));
  const server = createServer(createApp({ engine }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}/?q=a+large+animal&temperature=2`,
    );
    await page.waitForSelector('[data-temperature-range]', { state: 'visible' });
    const slider = await timePresses(page, '[data-temperature-range]', ['ArrowRight', 'ArrowLeft']);
    const typing = await timePresses(page, QUERY, ['s', 'Backspace']);
    return { documents, slider, typing };
  } finally {
    await browser.close();
    server.close();
    server.closeAllConnections();
    engine.close();
  }
}

/** Runs in the page: window.drawn is the time from the next key press to the frame after the first change. */
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

/** Presses keys one after another; a press ends with the frame that draws the first change of a weight. */
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
    await page.waitForTimeout(700); // until the page has followed
  }
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round((sorted[Math.floor(share * (sorted.length - 1))] ?? 0) * 10) / 10;
  return { p50: at(0.5), p95: at(0.95) };
}
