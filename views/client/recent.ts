import { SWAPPED } from './live.ts';
import { recall, store } from './storage.ts';

const KEY = 'qkv-recent';
const MOST = 8;

/** Recent queries, kept in this browser's localStorage and offered on the empty page. */
export function enhanceRecent(root: HTMLElement): void {
  const form = root.querySelector<HTMLFormElement>('[data-ask]');
  const input = root.querySelector<HTMLInputElement>('[data-query]');
  if (!form || !input) return;
  form.addEventListener('submit', () => remember(input.value));
  // A query that was typed but not submitted counts once one of its results is opened.
  root.addEventListener('click', (event) => {
    if ((event.target as Element).closest('[data-open]')) remember(input.value);
  });
  remember(input.value);
  offer(root);
  root.addEventListener(SWAPPED, () => offer(root));
}

function offer(root: HTMLElement): void {
  const box = root.querySelector<HTMLElement>('[data-recent]');
  const queries = recentQueries();
  if (!box || queries.length === 0) return;
  const title = document.createElement('p');
  title.className = 'hint';
  title.textContent = box.dataset.title ?? '';
  const list = document.createElement('p');
  list.className = 'examples';
  for (const query of queries) {
    const link = document.createElement('a');
    const url = new URL(location.href);
    url.searchParams.set('q', query);
    link.href = url.href;
    link.textContent = query;
    list.append(link);
  }
  const clear = document.createElement('button');
  clear.type = 'button';
  clear.className = 'quiet';
  clear.textContent = box.dataset.clear ?? '';
  clear.addEventListener('click', () => {
    keep([]);
    box.hidden = true;
    root.querySelector<HTMLElement>('[data-query]')?.focus(); // the button had the focus, and is gone
  });
  box.replaceChildren(title, list, clear);
  box.hidden = false;
}

function recentQueries(): string[] {
  try {
    const value: unknown = JSON.parse(recall(KEY) ?? '[]');
    return Array.isArray(value) ? value.filter((query) => typeof query === 'string').slice(0, MOST) : [];
  } catch {
    return []; // it holds something else
  }
}

function remember(query: string): void {
  const text = query.trim();
  if (text !== '') keep([text, ...recentQueries().filter((other) => other !== text)].slice(0, MOST));
}

function keep(queries: readonly string[]): void {
  store(KEY, JSON.stringify(queries));
}
