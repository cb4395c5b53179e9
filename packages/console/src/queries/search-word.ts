/** Characters of one free text in an address: longer ones are cut, not refused. */
const WORD_CHARS_MAX = 256

/** A free text of the address; the router reads `?q=12` as a number, people mean the text. */
export function wordOf(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    return undefined
  }
  const text = String(value).slice(0, WORD_CHARS_MAX).toWellFormed()
  return text === '' ? undefined : text
}

/** One of the known words of the address; anything else is as if it were not there. */
export function oneOf<T extends string>(value: unknown, choices: readonly T[]): T | undefined {
  return choices.find((choice) => choice === value)
}

/** The parts of an address that are there: an absent one leaves no trace in it. */
export function present<T extends Record<string, unknown>>(
  search: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(search).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> }
}
