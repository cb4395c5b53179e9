/** How words look in a terminal; plain text elsewhere. */
export type Style = {
  bold(text: string): string
  dim(text: string): string
  accent(text: string): string
  good(text: string): string
  bad(text: string): string
}

/** Colours by SGR codes (ECMA-48 §8.3.117), or none. */
export function createStyle(colours: boolean): Style {
  const paint =
    (open: number, close: number) =>
    (text: string): string =>
      colours ? `\u001B[${open}m${text}\u001B[${close}m` : text
  return {
    bold: paint(1, 22),
    dim: paint(2, 22),
    accent: paint(36, 39),
    good: paint(32, 39),
    bad: paint(31, 39),
  }
}
