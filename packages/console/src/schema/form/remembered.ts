/** What is remembered of places, by pointer (choices with `#name` behind it). */
export type Remembered = {
  readonly drafts: ReadonlyMap<string, string>
  readonly choices: ReadonlyMap<string, number>
}

/** Forgets a place and all under it. */
export function forgetUnder({ drafts, choices }: Remembered, pointer: string): Remembered {
  const stays = ([key]: readonly [string, unknown]): boolean => !isUnder(key, pointer)
  return {
    drafts: new Map([...drafts].filter(stays)),
    choices: new Map([...choices].filter(stays)),
  }
}

/** After an item of an array was removed: what is remembered of later items moves up with them. */
export function shiftAfter(
  { drafts, choices }: Remembered,
  array: string,
  removed: number,
): Remembered {
  const moved = <V>([key, value]: readonly [string, V]): readonly [string, V] => [
    shifted(key, array, removed),
    value,
  ]
  return { drafts: new Map([...drafts].map(moved)), choices: new Map([...choices].map(moved)) }
}

function isUnder(key: string, pointer: string): boolean {
  return key === pointer || key.startsWith(`${pointer}/`) || key.startsWith(`${pointer}#`)
}

function shifted(key: string, array: string, removed: number): string {
  if (!key.startsWith(`${array}/`)) return key
  const rest = key.slice(array.length + 1)
  const digits = /^\d+/.exec(rest)?.[0]
  if (digits === undefined || Number(digits) <= removed) return key
  return `${array}/${Number(digits) - 1}${rest.slice(digits.length)}`
}
