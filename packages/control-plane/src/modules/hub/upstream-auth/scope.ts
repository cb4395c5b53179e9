/** What the scope of a request is chosen from; each is space-separated (RFC 6749 §3.3). */
export type ScopeSources = {
  /** Of the refusal that led here: authoritative for what was tried. */
  readonly challenged: string | undefined
  /** What the operator wrote down for this server. */
  readonly configured: string | undefined
  /** `scopes_supported` of the protected resource's metadata. */
  readonly supported: readonly string[] | undefined
  /** What was asked for before: it must not be lost by asking for more. */
  readonly held: string | undefined
  /** Whether the authorization server lists `offline_access`. */
  readonly offersOfflineAccess: boolean
}

/**
 * The scopes to ask for (MCP 2026-07-28, scope selection strategy): the challenge's, else the ones that the
 * resource lists, else none; with what was asked for before, and with `offline_access` only where it is offered.
 */
export function selectScope(sources: ScopeSources): string | undefined {
  const { challenged, configured, supported, held, offersOfflineAccess } = sources
  const needed = challenged ?? (configured === undefined ? supported?.join(' ') : undefined)
  const chosen = unionOfScopes(held, configured, needed)
  if (chosen === undefined || !offersOfflineAccess) return chosen
  return unionOfScopes(chosen, 'offline_access')
}

/** Every scope once, in the order of first mention; undefined when there is none. */
export function unionOfScopes(...scopes: readonly (string | undefined)[]): string | undefined {
  const all = new Set(scopes.flatMap((scope) => scope?.split(/\s+/) ?? []).filter(Boolean))
  return all.size === 0 ? undefined : [...all].join(' ')
}

/** Whether every scope of `wanted` is among `held`. */
export function coversScopes(held: string | undefined, wanted: string): boolean {
  const known = new Set(held?.split(/\s+/))
  return wanted.split(/\s+/).every((scope) => scope === '' || known.has(scope))
}
