/** Texts whose meaning is kept: what honest clients send is a handful, and a flood of others costs no memory. */
const TEXTS_MAX = 64
/** The longest text that is kept, in characters: 64 of them are 16 KiB. */
const TEXT_CHARS_MAX = 256

/** Works out once what a text means, for the few texts that come with every request; bounded, the oldest goes first. */
export function remembered<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, { readonly meaning: T }>()
  return (text) => {
    const kept = known.get(text)
    if (kept !== undefined) return kept.meaning
    const meaning = read(text)
    if (text.length > TEXT_CHARS_MAX) return meaning
    const [oldest] = known.keys()
    if (known.size >= TEXTS_MAX && oldest !== undefined) known.delete(oldest)
    known.set(text, { meaning })
    return meaning
  }
}
