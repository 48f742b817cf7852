import createMarkdownIt, { type MarkdownIt, type RendererRule, type Token } from 'markdown-it';

let utils: MarkdownIt['utils'] | undefined;

/** Escapes a text as markdown-it does. */
export function escapeHtml(text: string): string {
  utils ??= createMarkdownIt().utils;
  return utils.escapeHtml(text);
}

/** A rule that renders a token by itself. */
export function rule(render: (token: Token) => string): RendererRule {
  return (tokens, index) => render(tokens[index] as Token);
}
