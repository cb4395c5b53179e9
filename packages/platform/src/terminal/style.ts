import { styleText } from 'node:util'

/** How words look; plain text where the output is no terminal. */
export type Style = {
  bold(text: string): string
  dim(text: string): string
  accent(text: string): string
  good(text: string): string
  bad(text: string): string
}

/** Colours for a terminal, nothing for a file or a pipe. */
export function createStyle(colours: boolean): Style {
  const paint =
    (format: Parameters<typeof styleText>[0]) =>
    (text: string): string =>
      colours ? styleText(format, text, { validateStream: false }) : text
  return {
    bold: paint('bold'),
    dim: paint('dim'),
    accent: paint('cyan'),
    good: paint('green'),
    bad: paint('red'),
  }
}
