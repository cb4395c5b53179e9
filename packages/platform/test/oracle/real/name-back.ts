import { assert, fromUuid, type Id } from '@mcp-orchestra/kernel'
import type { MonthWorld } from './month-world.ts'
import type { Played } from './play-month.ts'

/** From what the product stores to the names of the month. Organizations and calls by UUID, as in rows. */
export type Names = {
  organization(uuid: string): string
  organizationOf(id: Id<'org'>): string
  server(id: Id<'srv'>): string
  price(id: Id<'prc'>): string
  /** `alone` where nobody shares. */
  agreement(id: Id<'shr'> | null): string
  /** The call's number. */
  call(uuid: string): number
}

/** Turns the registry round. */
export function nameBack({ names }: MonthWorld, { events }: Played): Names {
  const organizations = turned(names.organizations)
  const servers = turned(names.servers)
  const prices = new Map([...names.prices].map(([name, { id }]) => [id as string, name]))
  const agreements = turned(names.agreements)
  const calls = turned(events)
  const organizationOf = (id: Id<'org'>) => nameIn(organizations, id)
  return {
    organizationOf,
    organization: (uuid) => organizationOf(fromUuid('org', uuid)),
    server: (id) => nameIn(servers, id),
    price: (id) => nameIn(prices, id),
    agreement: (id) => (id === null ? 'alone' : nameIn(agreements, id)),
    call: (uuid) => nameIn(calls, fromUuid('evt', uuid)),
  }
}

function turned<Name>(map: ReadonlyMap<Name, string>): ReadonlyMap<string, Name> {
  return new Map([...map].map(([name, id]) => [id, name]))
}

function nameIn<Name>(names: ReadonlyMap<string, Name>, id: string): Name {
  const name = names.get(id)
  assert(name !== undefined, `${id} has a name in the month`)
  return name
}
