/** Event on the live region after its content was replaced. It bubbles. */
export const SWAPPED = 'qkv:swapped';
/** Event to dispatch on the body with a URL as detail: loads it in place and replaces the history entry. */
export const FOLLOW = 'qkv:follow';

/** Milliseconds after the last key press before a search begins. */
const PAUSE = 15;
/** Milliseconds after the last change before it is announced: a screen reader is not to be told of every key. */
const BREATH = 800;

/** What is announced when it has changed. */
const SAID =
  '[data-verdict], [data-readings] p, .why .notice, .why-rows header, [data-suggestions]:not([hidden])';

type Entry = 'push' | 'replace' | 'none';
type Go = (url: string, entry: Entry) => Promise<void>;

/**
 * Searches as the user types, and follows the page's own links and forms without a reload. It fetches the
 * page of the URL and replaces the part marked data-live, so everything shown is rendered by the server.
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
    event.preventDefault(); // a switch responds to the space bar; a link would scroll the page
    toggle.click();
  });
  root.addEventListener(FOLLOW, (event) => void go((event as CustomEvent<string>).detail, 'replace'));
}

/**
 * Typing adds one history entry per round of edits (until submit, blur or back), however many keys it
 * took.
 */
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
    // A Hangul syllable being composed is already part of the value; a slightly longer pause is enough.
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
    if (before === place) return; // only the #fragment changed
    clearTimeout(timer);
    fresh = true;
    void go(location.href, 'none');
  });
  document.body.addEventListener(SWAPPED, () => {
    place = location.pathname + location.search;
  });
}

/** The URL that a GET form leads to, without empty fields and fields at their default. */
function urlOfForm(form: HTMLFormElement): string {
  const url = new URL(form.action, location.href);
  const fields = [...new FormData(form)].filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '',
  );
  const isDefault = ([name, value]: [string, string]) => {
    const field = form.elements.namedItem(name);
    if (!(field instanceof HTMLInputElement)) return false;
    // A head's default can be the value of another head, which data-head names.
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
        location.assign(url); // an error page: load it as a page
        return;
      }
      const refocus = replaceContent(live, fresh);
      say();
      if (entry === 'push' && url !== location.href) history.pushState(null, '', url);
      if (entry === 'replace') history.replaceState(null, '', url);
      if (entry === 'none') input.value = page.querySelector<HTMLInputElement>('[data-query]')?.value ?? '';
      document.title = page.title;
      replaceLinks(page);
      live.dispatchEvent(new CustomEvent(SWAPPED, { bubbles: true }));
      refocus(); // last: the element to focus may be hidden until SWAPPED listeners have shown it
    } catch (error) {
      if (!(error instanceof DOMException && error.name === 'AbortError')) location.assign(url);
    } finally {
      if (current === abort) live.classList.remove('busy');
    }
  };
}

/**
 * Replaces the live part and keeps open <details> open.
 *
 * @returns  a function that restores the focus
 */
function replaceContent(live: HTMLElement, fresh: Element): () => void {
  const open = new Set([...live.querySelectorAll<HTMLDetailsElement>('details[open]')].map(nameOf));
  const focused = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  const id = focused && live.contains(focused) ? focused.id : '';
  // A link has no id; it is known by its place among its neighbours.
  const group = focused?.matches('a[data-swap]') ? (focused.parentElement?.className ?? '') : null;
  const links = () =>
    [...live.querySelectorAll<HTMLElement>('a[data-swap]')].filter(
      ({ parentElement }) => parentElement?.className === group,
    );
  const at = focused && group !== null ? links().indexOf(focused) : -1;
  live.replaceChildren(...fresh.childNodes);
  for (const details of live.querySelectorAll('details')) if (open.has(nameOf(details))) details.open = true;
  return () => {
    if (at < 0) document.getElementById(id)?.focus({ preventScroll: true });
    else if (links().length > 0) links()[Math.min(at, links().length - 1)]?.focus({ preventScroll: true });
    else document.querySelector<HTMLElement>('[data-query]')?.focus(); // the last filter has been taken away
  };
}

let breath = 0;

/**
 * Announces to screen readers the verdict, the readings, what has become of the document asked for and
 * how many titles are suggested, once the changes pause. A live region is announced when its text
 * changes, not when it is inserted with its text, so the text goes to one that persists.
 */
function say(): void {
  clearTimeout(breath);
  breath = window.setTimeout(() => {
    const said = document.querySelector('[data-said]');
    const texts = [...document.querySelectorAll<HTMLElement>(SAID)].map(
      (one) => one.dataset.saidAs ?? one.textContent?.replace(/[ \n]+/g, ' ').trim() ?? '',
    );
    if (said) said.textContent = texts.join(' ');
  }, BREATH);
}

/** Identifies a <details> across replacements. */
function nameOf(details: HTMLElement): string {
  return `${details.className} ${details.closest<HTMLElement>('[data-result]')?.dataset.result ?? ''}`;
}

/**
 * Replaces the elements outside the live part that depend on the URL: language switch, JSON links, hidden
 * fields.
 */
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
