/** What the address of the sign-in screen holds: where to go afterwards, inside the console. */
export type SignInSearch = { readonly next?: string }

/** The longest address that is remembered, in characters: longer ones are no address of ours. */
const NEXT_CHARS_MAX = 2_000

/** Reads the address; another site as `next` is dropped (open redirect). */
export function validateSearch(search: Record<string, unknown>): SignInSearch {
  const { next } = search
  return typeof next === 'string' && isOurs(next) ? { next } : {}
}

function isOurs(path: string): boolean {
  if (path.length > NEXT_CHARS_MAX || !/^\/(?![/\\])/.test(path)) return false
  const base = 'http://console.invalid'
  return URL.canParse(path, base) && new URL(path, base).origin === base
}
