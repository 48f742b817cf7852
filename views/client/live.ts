/** Fired on the live region after its content was replaced. */
export const SWAPPED = 'qkv:swapped';
/** Fire on the body with a URL as detail: the page follows, without a new entry in the history. */
export const FOLLOW = 'qkv:follow';

/** Milliseconds without a key press before a search begins. */
const PAUSE = 15;

type Entry = 'push' | 'replace' | 'none';
type Go = (url: string, entry: Entry) => Promise<void>;

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
  enhanceTyping(form, input, go);
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
    void go(link.href, 'push');
  });
  live.addEventListener('keydown', (event) => {
    const toggle = (event.target as Element).closest<HTMLElement>('a[role="switch"]');
    if (!toggle || event.key !== ' ') return;
    event.preventDefault(); // a switch answers to the space bar, a link would scroll
    toggle.click();
  });
  root.addEventListener(FOLLOW, (event) => void go((event as CustomEvent<string>).detail, 'replace'));
}

/** What is typed after a rest is one entry of the history, however many keys it took. */
function enhanceTyping(form: HTMLFormElement, input: HTMLInputElement, go: Go): void {
  let timer = 0;
  let fresh = true;
  const ask = () => {
    const entry = fresh ? 'push' : 'replace';
    fresh = false;
    return go(urlOfForm(form), entry);
  };
  input.addEventListener('input', (event) => {
    clearTimeout(timer);
    // A half-composed Hangul syllable is part of the value already; waiting a little longer is enough.
    const pause = (event as InputEvent).isComposing ? 2 * PAUSE : PAUSE;
    timer = window.setTimeout(() => void ask(), pause);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    clearTimeout(timer);
    void ask();
    fresh = true;
  });
  input.addEventListener('blur', () => {
    fresh = true;
  });
  let place = location.pathname + location.search;
  window.addEventListener('popstate', () => {
    const before = place;
    place = location.pathname + location.search;
    if (before === place) return; // only the #fragment moved
    clearTimeout(timer);
    fresh = true;
    void go(location.href, 'none');
  });
  document.body.addEventListener(SWAPPED, () => {
    place = location.pathname + location.search;
  });
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
    // A head that follows another has no value of its own by default: data-head names the other.
    const followed = form.elements.namedItem(field.dataset.head ?? '');
    const byDefault = (followed instanceof HTMLInputElement && followed.value) || '1';
    const hasDefault = field.dataset.head !== undefined || name === 'temperature' || name === 'hops';
    return hasDefault && Number(value) === Number(byDefault);
  };
  url.search = new URLSearchParams(fields.filter((field) => !isDefault(field))).toString();
  return url.href;
}

function navigator(live: HTMLElement, input: HTMLInputElement): Go {
  let current: AbortController | null = null;
  return async (url, entry) => {
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
      const refocus = replaceContent(live, fresh);
      say(live);
      if (entry === 'push' && url !== location.href) history.pushState(null, '', url);
      if (entry === 'replace') history.replaceState(null, '', url);
      if (entry === 'none') input.value = page.querySelector<HTMLInputElement>('[data-query]')?.value ?? '';
      document.title = page.title;
      replaceLinks(page);
      live.dispatchEvent(new CustomEvent(SWAPPED, { bubbles: true }));
      refocus(); // last: what had the focus may be hidden until it is enhanced
    } catch (error) {
      if (!(error instanceof DOMException && error.name === 'AbortError')) location.assign(url);
    } finally {
      if (current === abort) live.classList.remove('busy');
    }
  };
}

/** Replaces the live part; what was open stays open. @returns puts the focus back where it was */
function replaceContent(live: HTMLElement, fresh: Element): () => void {
  const open = new Set([...live.querySelectorAll<HTMLDetailsElement>('details[open]')].map(nameOf));
  const swaps = () => [...live.querySelectorAll<HTMLElement>('a[data-swap]')];
  const focused = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  const at = focused ? swaps().indexOf(focused) : -1;
  const id = focused && live.contains(focused) ? focused.id : '';
  live.replaceChildren(...fresh.childNodes);
  for (const details of live.querySelectorAll('details')) if (open.has(nameOf(details))) details.open = true;
  return () => {
    const target = at >= 0 ? swaps()[at] : id === '' ? null : document.getElementById(id);
    target?.focus({ preventScroll: true });
  };
}

/** The verdict is read out, and what words were read as: a status that comes with its text is not, one that was there and gets it is. */
function say(live: HTMLElement): void {
  const said = document.querySelector('[data-said]');
  const texts = [...live.querySelectorAll('[data-verdict], [data-readings] p')].map(
    ({ textContent }) => textContent?.trim() ?? '',
  );
  if (said) said.textContent = texts.join(' ');
}

/** What a <details> is about, the same before and after. */
function nameOf(details: HTMLElement): string {
  return `${details.className} ${details.closest<HTMLElement>('[data-result]')?.dataset.result ?? ''}`;
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
