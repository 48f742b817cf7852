/** Fired on the live region after its content was replaced. */
export const SWAPPED = 'qkv:swapped';

/** Milliseconds without a key press before a search begins. */
const PAUSE = 90;

/**
 * Searches while one types, and follows the page's own links and forms without a reload: the
 * same URL is fetched, and the part marked data-live replaced. What is drawn is what the
 * server drew; nothing is computed twice.
 */
export function enhanceLive(root: HTMLElement): void {
  const form = root.querySelector<HTMLFormElement>('[data-ask]');
  const input = root.querySelector<HTMLInputElement>('[data-query]');
  const live = root.querySelector<HTMLElement>('[data-live]');
  if (!form || !input || !live) return;
  const go = navigator(live, input);
  let timer = 0;
  input.addEventListener('input', (event) => {
    clearTimeout(timer);
    // A half-composed Hangul syllable is part of the value already; waiting a little longer is enough.
    const pause = (event as InputEvent).isComposing ? 2 * PAUSE : PAUSE;
    timer = window.setTimeout(() => void go(urlOfForm(form), 'replace'), pause);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    clearTimeout(timer);
    void go(urlOfForm(form), 'push');
  });
  live.addEventListener('submit', (event) => {
    const inner = event.target as HTMLFormElement;
    if (inner.method !== 'get') return;
    event.preventDefault();
    void go(urlOfForm(inner), 'push');
  });
  live.addEventListener('click', (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[data-swap]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    void go(link.href, 'push', link);
  });
  window.addEventListener('popstate', () => void go(location.href, 'none'));
}

/** The URL a GET form leads to, fields at their default left out. */
function urlOfForm(form: HTMLFormElement): string {
  const url = new URL(form.action, location.href);
  const fields = [...new FormData(form)].filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '',
  );
  const isDefault = ([name, value]: [string, string]) => {
    const field = form.elements.namedItem(name);
    if (!(field instanceof HTMLInputElement)) return false;
    return field.dataset.head !== undefined || name === 'temperature'
      ? Number(value) === 1
      : name === 'limit' && value === '10';
  };
  url.search = new URLSearchParams(fields.filter((field) => !isDefault(field))).toString();
  return url.href;
}

function navigator(live: HTMLElement, input: HTMLInputElement) {
  let current: AbortController | null = null;
  return async (url: string, history: 'push' | 'replace' | 'none', focused?: HTMLElement): Promise<void> => {
    current?.abort();
    const abort = new AbortController();
    current = abort;
    live.classList.add('busy');
    try {
      const response = await fetch(url, { signal: abort.signal, headers: { accept: 'text/html' } });
      const page = new DOMParser().parseFromString(await response.text(), 'text/html');
      const fresh = page.querySelector('[data-live]');
      if (!fresh) {
        location.assign(url); // an error page: show it as it is
        return;
      }
      const name = focused?.textContent ?? null;
      const open = [...live.querySelectorAll<HTMLDetailsElement>('details[open]')].map(
        (details) => details.className,
      );
      live.replaceChildren(...fresh.childNodes);
      for (const className of open) {
        const details = live.querySelector<HTMLDetailsElement>(`details.${CSS.escape(className)}`);
        if (details && className === 'controls') details.open = true;
      }
      if (history === 'push' && url !== location.href) window.history.pushState(null, '', url);
      if (history === 'replace') window.history.replaceState(null, '', url);
      if (history === 'none') input.value = page.querySelector<HTMLInputElement>('[data-query]')?.value ?? '';
      document.title = page.title;
      replaceLinks(page);
      if (name !== null)
        [...live.querySelectorAll<HTMLElement>('a[data-swap]')]
          .find((link) => link.textContent === name)
          ?.focus();
      live.dispatchEvent(new CustomEvent(SWAPPED, { bubbles: true }));
    } catch (error) {
      if (!(error instanceof DOMException && error.name === 'AbortError')) location.assign(url);
    } finally {
      if (current === abort) live.classList.remove('busy');
    }
  };
}

/** The language switch, the JSON links and the kept fields hold the state of the URL too. */
function replaceLinks(page: Document): void {
  for (const selector of [
    '.languages',
    '.top nav',
    '.foot',
    '.ask > input[type="hidden"]',
    'link[rel="alternate"]',
  ]) {
    const old = [...document.querySelectorAll(selector)];
    const fresh = [...page.querySelectorAll(selector)];
    if (old.length === fresh.length) {
      for (const [i, element] of old.entries()) element.replaceWith(fresh[i] as Element);
    } else {
      for (const element of old) element.remove();
      const parent = selector.startsWith('link') ? document.head : document.querySelector('.ask');
      parent?.append(...fresh);
    }
  }
}
