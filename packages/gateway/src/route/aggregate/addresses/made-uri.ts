/** A URI that tells its server apart: the alias and the server's own URI. */
export type MadeUri = { readonly alias: string; readonly uri: string }

/** `<scheme>:` and `//`, then `~<alias>/`: the scheme stays, for `ui://` and `skill://` mean something to clients. */
const MADE = /^([A-Za-z][A-Za-z0-9+.-]*:(?:\/\/)?)~([a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?)\/(.*)$/su
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:(?:\/\/)?/u
/** Names the same thing on the web, whoever lists it, and clients may fetch it themselves. */
const WEB = /^https?:/iu

/**
 * A URI (or template) under which a resource is told apart from another server's with the same one: the alias
 * goes in front of the path, so that relative references and the last segment stay as they are (ADR-0020).
 */
export function makeUri(alias: string, uri: string): string {
  const scheme = SCHEME.exec(uri)?.[0] ?? ''
  return `${scheme}~${alias}/${uri.slice(scheme.length)}`
}

/** Reads what {@link makeUri} wrote; undefined for any other URI. */
export function readMadeUri(uri: string): MadeUri | undefined {
  const [, scheme, alias, rest] = MADE.exec(uri) ?? []
  if (scheme === undefined || alias === undefined || rest === undefined) return undefined
  return { alias, uri: scheme + rest }
}

/** Whether a URI can be told apart at all. */
export function isDistinguishable(uri: string): boolean {
  return SCHEME.test(uri) && !WEB.test(uri)
}
