/** What a one-time link holds. */
export type WelcomeSearch = { readonly token?: string }

const TOKEN = /^[A-Za-z0-9_-]{16,128}$/

/** Reads a one-time link; anything that is no token counts as none. The router reads digits as a number. */
export function validateSearch(search: Record<string, unknown>): WelcomeSearch {
  const { token } = search
  return typeof token === 'string' && TOKEN.test(token) ? { token } : {}
}
