import type { Principal } from '@mcp-orchestra/api/permission'
import { assert, instant, money, USD, type Id } from '@mcp-orchestra/kernel'
import { migrate } from '../../../../control-plane/src/infra/postgres/index.ts'
import {
  createBilling,
  postgresInvoiceStore,
  postgresProfileStore,
  type Billing,
} from '../../../../control-plane/src/modules/billing/index.ts'
import { sampleParty } from '../../../../control-plane/src/modules/billing/testing.ts'
import type { Price } from '../../../../control-plane/src/modules/metering/index.ts'
import {
  createWorld,
  type World,
} from '../../../../control-plane/src/modules/payments/testing/world.ts'
import { FOUNDED_AT } from '../month/calendar.ts'
import type { SeededMonth } from '../month/month.ts'
import { meteredOf } from './price-document.ts'

/** Names of the month and what stands for them in the product. */
export type Registry = {
  readonly organizations: ReadonlyMap<string, Id<'org'>>
  readonly servers: ReadonlyMap<string, Id<'srv'>>
  readonly prices: ReadonlyMap<string, Price>
  /** Versions of agreements by their ids. */
  readonly agreements: ReadonlyMap<string, Id<'shr'>>
}

/** The product with everybody of a month in it, before the first call. */
export type MonthWorld = {
  readonly world: World
  readonly billing: Billing
  readonly names: Registry
  close(): Promise<void>
}

/** Signs everybody up on an empty database, in the order of the month's lists, so that ids sort as names do. */
export async function foundMonth(url: string, month: SeededMonth): Promise<MonthWorld> {
  const owners = new Map<string, Id<'org'>>()
  const world = await createWorld(url, { slots: [...month.journals.keys()], owners })
  const { clock, ids } = world
  clock.set(FOUNDED_AT - 1_000_000)
  const organizations = new Map<string, Id<'org'>>()
  for (const name of [...month.payers, ...month.publishers, ...month.sharers]) {
    clock.advance(1)
    organizations.set(name, ids.make('org'))
  }
  const servers = new Map<string, Id<'srv'>>()
  for (const { name, publisher } of month.listings) {
    clock.advance(1)
    const id = ids.make('srv')
    servers.set(name, id)
    owners.set(id, valueOf(organizations, publisher))
  }
  clock.set(FOUNDED_AT - 1_000)
  for (const payer of month.payers) await world.topUp(month.topUp, valueOf(organizations, payer))
  const found = { organizations, servers }
  const prices = await publishPrices(world, month, found)
  const agreements = await publishAgreements(world, month, found)
  const billing = await openBilling(url, world, [...organizations.values()])
  return {
    world,
    billing,
    names: { ...found, prices, agreements },
    close: () => world.close(),
  }
}

/** What a map holds under a name that is known to be there. */
export function valueOf<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Value {
  const value = map.get(key)
  assert(value !== undefined, `${String(key)} is known`)
  return value
}

/** Somebody of an organization who may do there what its owner may. */
export function ownerOf(world: World, organizationId: Id<'org'>): Principal {
  return { ...world.operator, organizationId }
}

type Found = Pick<Registry, 'organizations' | 'servers'>

async function publishPrices(
  world: World,
  month: SeededMonth,
  found: Found,
): Promise<Map<string, Price>> {
  const prices = new Map<string, Price>()
  for (const version of month.prices) {
    world.clock.advance(1)
    const listing = month.listings.find(({ name }) => name === version.server)
    const owner = valueOf(found.organizations, listing?.publisher ?? '')
    const { price } = await world.metering.publishPrice(ownerOf(world, owner), {
      serverId: valueOf(found.servers, version.server),
      tool: version.tool,
      price: money(version.perCall, USD.id),
      ...meteredOf(version),
      startsAt: instant(version.startsAt),
    })
    prices.set(version.name, price)
  }
  return prices
}

async function publishAgreements(
  world: World,
  month: SeededMonth,
  { organizations, servers }: Found,
): Promise<Map<string, Id<'shr'>>> {
  const agreements = new Map<string, Id<'shr'>>()
  for (const { name, server, startsAt, parties } of month.agreements) {
    world.clock.advance(1)
    const published = await world.payments.shares.publish(
      { ...world.operator, permissions: new Set(['platform:operate']) },
      {
        serverId: valueOf(servers, server),
        parties: parties.map(({ who, ...party }) => ({
          ...party,
          organizationId: valueOf(organizations, who),
        })),
        startsAt: instant(startsAt),
      },
    )
    agreements.set(name, published.id)
  }
  return agreements
}

async function openBilling(
  url: string,
  world: World,
  parties: readonly Id<'org'>[],
): Promise<Billing> {
  const { organizationId } = world.operator
  const directory = new URL(
    '../../../../control-plane/src/modules/billing/migrations/',
    import.meta.url,
  )
  await migrate({ url, folders: [{ name: 'billing', directory }] })
  const billing = createBilling({
    transactions: world.database.transactions,
    metering: world.metering,
    directory: {
      exists: () => Promise.resolve(true),
      operator: () => Promise.resolve(organizationId),
    },
    profiles: postgresProfileStore,
    invoices: postgresInvoiceStore,
    audit: { record: () => Promise.resolve() },
    clock: world.clock,
    ids: world.ids,
  })
  for (const id of [organizationId, ...parties])
    await billing.saveProfile('oracle', id, sampleParty())
  return billing
}
