/** What one server calls its entries. */
export type NamedServer = { readonly alias: string; readonly names: readonly string[] }

/** Between an alias and a name; no alias contains `_`, so the first one always ends the alias. */
const SEPARATOR = '__'

/**
 * The names under which an aggregate shows entries: every colliding name becomes `<alias>__<name>`,
 * nothing else is renamed (architecture §10). A name that equals such a made one collides with it, and is
 * renamed too. The outer index is the server's, the inner one the entry's; pure, and independent of the
 * order of servers.
 */
export function exposedNames(servers: readonly NamedServer[]): readonly (readonly string[])[] {
  const colliding = new Set<string>()
  const exposed = (alias: string, name: string): string =>
    colliding.has(name) ? `${alias}${SEPARATOR}${name}` : name
  for (let before = -1; before !== colliding.size;) {
    before = colliding.size
    const owners = new Map<string, { readonly alias: string; readonly name: string }>()
    for (const { alias, names } of servers) {
      for (const name of new Set(names)) {
        const shown = exposed(alias, name)
        const other = owners.get(shown)
        if (other === undefined) owners.set(shown, { alias, name })
        else for (const plain of [name, other.name]) colliding.add(plain)
      }
    }
  }
  return servers.map(({ alias, names }) => names.map((name) => exposed(alias, name)))
}
