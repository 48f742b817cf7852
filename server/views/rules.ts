import createMarkdownIt, { type RendererRule, type Token } from 'markdown-it';

export const { escapeHtml } = createMarkdownIt().utils;

/** A rule that renders a token by itself. */
export function rule(render: (token: Token) => string): RendererRule {
  return (tokens, index) => render(tokens[index] as Token);
}
