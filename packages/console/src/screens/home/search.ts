/** What the address of `/` holds: nothing. */
export type HomeSearch = { readonly nothing?: never }

/** Reads the address. */
export function validateSearch(_search: Record<string, unknown>): HomeSearch {
  return {}
}
