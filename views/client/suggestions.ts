import { SWAPPED } from './live.ts';

/** Suggestions below the query field: links to documents whose title or alias contains what is typed. */
export function enhanceSuggestions(root: HTMLElement): void {
  const input = root.querySelector<HTMLInputElement>('[data-query]');
  const box = root.querySelector<HTMLElement>('[data-suggestions]');
  if (!input || !box) return;
  let current: AbortController | null = null;
  let timer = 0;
  const close = () => {
    // A pending request must not open the box again.
    clearTimeout(timer);
    current?.abort();
    box.hidden = true;
  };
  const show = async () => {
    current?.abort();
    const abort = new AbortController();
    current = abort;
    const text = input.value.trim();
    if (text === '') return close();
    try {
      const response = await fetch(`/api/suggestions?q=${encodeURIComponent(text)}`, {
        signal: abort.signal,
      });
      if (!response.ok) return close();
      const { suggestions } = (await response.json()) as { suggestions: Suggestion[] };
      if (suggestions.length === 0 || document.activeElement !== input) return close();
      const label = document.createElement('p');
      label.id = 'suggestions-label';
      label.className = 'hint';
      label.textContent = box.dataset.label ?? '';
      const list = document.createElement('ul');
      list.setAttribute('aria-labelledby', label.id);
      for (const { id, title, uri, alias } of suggestions) {
        const link = document.createElement('a');
        link.href = `/documents/${id}${languageOf()}`;
        link.textContent = title;
        if (alias !== null) link.append(hint(alias));
        // Documents of the same title are told apart by their paths.
        if (suggestions.some((other) => other.title === title && other.id !== id)) link.append(hint(uri));
        const item = document.createElement('li');
        item.append(link);
        list.append(item);
      }
      box.replaceChildren(label, list);
      const { one = '', many = '' } = box.dataset;
      box.dataset.saidAs =
        suggestions.length === 1 ? one : many.replace('{count}', String(suggestions.length));
      box.hidden = false;
    } catch {
      // Aborted by the next key press, whose request shows its own result.
    }
  };
  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void show(), 60);
  });
  input.form?.addEventListener('submit', close);
  document.addEventListener('click', (event) => {
    if (!(event.target instanceof Node && (box.contains(event.target) || event.target === input))) close();
  });
  root.addEventListener(
    'keydown',
    (event) => {
      if (event.key === 'Escape' && !box.hidden) {
        close();
        input.focus();
        event.preventDefault(); // Escape would clear a search field
        event.stopPropagation();
      }
    },
    true,
  );
  box.addEventListener('focusout', (event) => {
    if (!(event.relatedTarget instanceof Node && box.contains(event.relatedTarget))) close();
  });
  root.addEventListener(SWAPPED, () => {
    if (document.activeElement !== input && !box.contains(document.activeElement)) close();
  });
}

interface Suggestion {
  readonly id: number;
  readonly title: string;
  readonly uri: string;
  readonly alias: string | null;
}

function hint(text: string): HTMLElement {
  const hint = document.createElement('span');
  hint.className = 'hint';
  hint.textContent = ` ${text}`;
  return hint;
}

function languageOf(): string {
  const language = new URLSearchParams(location.search).get('lang');
  return language ? `?lang=${encodeURIComponent(language)}` : '';
}
