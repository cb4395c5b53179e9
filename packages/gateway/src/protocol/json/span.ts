/** A slice of a text: `start` is included, `end` is not. */
export type Span = { readonly start: number; readonly end: number }

/** One member of an object: its decoded key and where key and value stand in the text. */
export type Member = { readonly key: string; readonly keySpan: Span; readonly value: Span }

/** An object in a text: where it stands, and its members in order. */
export type ScannedObject = { readonly span: Span; readonly members: readonly Member[] }

/** The exact text of a slice. */
export function textOf(text: string, span: Span): string {
  return text.slice(span.start, span.end)
}

/** The first member with that key; callers that must not be fooled check for duplicates first. */
export function memberOf(object: ScannedObject | undefined, key: string): Member | undefined {
  if (object === undefined) return undefined
  // NOTE: a loop, for this is called a dozen times for each message, and closures are not free.
  for (const member of object.members) if (member.key === key) return member
  return undefined
}

/** The first of `keys` (of all, when none are named) that the object has twice: two readers may then see two values. */
export function duplicateOf(object: ScannedObject, keys?: ReadonlySet<string>): string | undefined {
  const { members } = object
  if (members.length < 2) return undefined
  const seen = new Set<string>()
  for (const { key } of members) {
    if (keys?.has(key) === false) continue
    if (seen.has(key)) return key
    seen.add(key)
  }
  return undefined
}
