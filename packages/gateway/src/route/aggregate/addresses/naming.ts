import { hash } from 'node:crypto'
import { assert } from '@mcp-orchestra/kernel'

/** What one server calls its entries; no name stands twice. */
export type NamedServer = { readonly alias: string; readonly names: readonly string[] }

/** The longest shown name, in characters: model APIs take no longer one (MCP allows 128). */
export const SHOWN_NAME_CHARS_MAX = 64
/** What model APIs take in a name; MCP allows dots too, and legacy servers write anything. */
const UNFIT_CHARS = /[^A-Za-z0-9_-]/gu
/** Between an alias and a name; no alias contains `_`, so the first one always ends the alias. */
const SEPARATOR = '__'
/** Hexadecimal digits of the hash in a shortened name: 10,000 names meet by chance once in 5 million lists. */
const HASH_CHARS = 12
/** Each entry is renamed once or twice; a third time would take two equal hashes, and each time has other ones. */
const ROUNDS_MAX = 64

/**
 * The names under which an aggregate shows entries (ADR-0020): a name that fits is kept; one that does not is
 * made to fit; every one that collides becomes `<alias>__<name>`, and what collides still gets a hash. The
 * outer index is the server's, the inner one the entry's; pure, injective, and independent of the order of servers.
 */
export function exposedNames(servers: readonly NamedServer[]): readonly (readonly string[])[] {
  const all = servers.map(({ alias, names }) => names.map((name) => ({ alias, name, step: 0 })))
  for (let round = 0; ; round += 1) {
    const meeting = [...Map.groupBy(all.flat(), shownName).values()].filter(
      ({ length }) => length > 1,
    )
    if (meeting.length === 0) return all.map((entries) => entries.map(shownName))
    assert(round < ROUNDS_MAX, 'names do not become different')
    for (const entries of meeting) {
      // Who was not renamed yet steps aside first: `a__x` of another server before the made one.
      const lowest = Math.min(...entries.map(({ step }) => step))
      for (const entry of entries) if (entry.step === lowest) entry.step += 1
    }
  }
}

/** The name that an entry has when it collides: it is understood at any time, shown or not. */
export function qualifiedName(alias: string, name: string): string {
  return shownName({ alias, name, step: 1 })
}

/** Characters that do not fit become `_`; what is too long, or still collides, ends in a hash of alias and name. */
function shownName({ alias, name, step }: Naming): string {
  const plain = (step === 0 ? name : `${alias}${SEPARATOR}${name}`).replace(UNFIT_CHARS, '_')
  if (step < 2 && plain.length <= SHOWN_NAME_CHARS_MAX && plain !== '') return plain
  const digest = hash('sha256', `${step < 2 ? '' : step}\n${alias}\n${name}`, 'hex')
  return `${plain.slice(0, SHOWN_NAME_CHARS_MAX - HASH_CHARS - 1)}_${digest.slice(0, HASH_CHARS)}`
}

/** How often an entry had to be renamed: not at all, to its qualified name, to one with a hash. */
type Naming = { readonly alias: string; readonly name: string; readonly step: number }
