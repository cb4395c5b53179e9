import type { AuditEntry } from '@mcp-orchestra/api/audit'
import type { LeaseRequest, LeaseResponse } from '@mcp-orchestra/api/gateway-link'
import type { UsageRecord } from '@mcp-orchestra/api/journal-record'
import type { Principal } from '@mcp-orchestra/api/permission'
import {
  assert,
  createIds,
  instant,
  money,
  parseId,
  USD,
  type Clock,
  type Id,
  type Ids,
} from '@mcp-orchestra/kernel'
import { createDatabase, migrate, type Database } from '../../../infra/postgres/index.ts'
import { createVault } from '../../../infra/vault/vault.ts'
import {
  accountNames,
  createLedger,
  createPostgresLedgerStore,
  type Ledger,
} from '../../ledger/index.ts'
import {
  createMetering,
  postgresPriceStore,
  postgresUsageStore,
  postgresUsageTotals,
  type Metering,
  type Price,
} from '../../metering/index.ts'
import { postgresPaymentsStores } from '../adapters/postgres-stores.ts'
import { createPayments, type Payments } from '../create-payments.ts'
import { createTestJournal, type TestJournal } from './journal.ts'

/** One atto-dollar thousand million million: a tenth of a cent, the usual price of the tests. */
export const MILLI_USD = 10n ** 15n
/** The gateway slot of the tests. */
export const SLOT = 'gateway-1'

/** A clock that stands until it is moved. */
export type TestClock = Clock & { set(rfc3339Ms: number): void; advance(ms: number): void }

/** Both modules on a real database, with what they tell the outside kept in lists. */
export interface World {
  readonly database: Database
  readonly clock: TestClock
  readonly ids: Ids
  readonly ledger: Ledger
  readonly metering: Metering
  readonly payments: Payments
  readonly recalls: { readonly incarnationId: string; readonly leaseIds: readonly string[] }[]
  readonly snapshot: { readonly kind: string; readonly id: string; readonly body: unknown }[]
  readonly audit: AuditEntry[]
  /** What addresses of sources answer; others do not. */
  readonly addresses: Map<string, string>
  readonly payer: Id<'org'>
  readonly publisher: Id<'org'>
  readonly server: Id<'srv'>
  readonly key: Id<'key'>
  readonly operator: Principal
  readonly customer: Principal
  /** Registers a fresh process and gives its journal. */
  startGateway(slot?: string): Promise<TestJournal>
  topUp(amount: bigint, organizationId?: Id<'org'>): Promise<void>
  lease(journal: TestJournal, wish: Partial<LeaseRequest>): Promise<LeaseResponse>
  /** Leases or fails the test. */
  granted(journal: TestJournal, wish: Partial<LeaseRequest>): Promise<Id<'les'>>
  price(amount: bigint, tool?: string): Promise<Price>
  usage(leaseId: string, price: Price, more?: Partial<UsageRecord>): UsageRecord
  available(organizationId?: Id<'org'>): Promise<bigint>
  balance(name: Parameters<Ledger['balance']>[1]): Promise<bigint>
  /** Throws unless the books balance, and leased accounts, caps' windows and totals of usage are what they sum up. */
  audits(): Promise<void>
  close(): Promise<void>
}

const SNAPSHOT_STALE_MS = 60_000

/** Where the tables of both modules come from. */
const FOLDERS = ['ledger', 'metering', 'payments'].map((name) => ({
  name,
  directory: new URL(`../../${name}/migrations/`, import.meta.url),
}))

/** How a world differs from the usual one. */
export type WorldOptions = {
  /** Gateway slots that must report after a raise of the epoch. */
  readonly slots?: readonly string[]
  /** The same people, tools and clock as in another world, on another state of the database. */
  readonly like?: World
  /** Owners of further servers, by the server's id; read at each question. */
  readonly owners?: ReadonlyMap<string, Id<'org'>>
}

/** Builds the world on an empty database, or on one that has been migrated before. */
export async function createWorld(
  url: string,
  { slots = [SLOT], like, owners }: WorldOptions = {},
): Promise<World> {
  await migrate({ url, folders: FOLDERS })
  const database = createDatabase({ url, applicationName: 'payments tests', poolSize: 20 })
  const clock = like?.clock ?? createTestClock()
  const ids = createIds(clock)
  const recalls: World['recalls'] = []
  const snapshot: World['snapshot'] = []
  const audit: AuditEntry[] = []
  const addresses = new Map<string, string>()
  const payer = like?.payer ?? ids.make('org')
  const publisher = like?.publisher ?? ids.make('org')
  const server = like?.server ?? ids.make('srv')
  const key = like?.key ?? ids.make('key')
  const ownerOf = (id: string) => (id === server ? publisher : owners?.get(id))
  const ledger = createLedger({ store: createPostgresLedgerStore(database) })
  const shared = {
    transactions: database.transactions,
    clock,
    ids,
    snapshot: {
      put(_tx: unknown, kind: string, id: string, body: unknown) {
        snapshot.push({ kind, id, body })
        return Promise.resolve(snapshot.length)
      },
    },
    audit: {
      record(_tx: unknown, entry: AuditEntry) {
        audit.push(entry)
        return Promise.resolve()
      },
    },
  }
  const metering = createMetering({
    ...shared,
    prices: postgresPriceStore,
    usage: postgresUsageStore,
    totals: postgresUsageTotals,
    keyUses: { note: () => Promise.resolve() },
    servers: {
      listingOf: (_tx, id) => {
        const ownerId = ownerOf(id)
        return Promise.resolve(ownerId === undefined ? undefined : { ownerId, isPublic: true })
      },
    },
    maxStaleMs: SNAPSHOT_STALE_MS,
    riseNoticeMs: 0,
    onPosted: () => undefined,
  })
  const payments = createPayments({
    ...shared,
    ...postgresPaymentsStores,
    ledger,
    metering,
    gateways: {
      recall: (incarnationId, leaseIds) => void recalls.push({ incarnationId, leaseIds }),
    },
    directory: {
      exists: () => Promise.resolve(true),
      keyOf: (_tx, id) =>
        Promise.resolve(
          id === key ? { organizationId: payer, rootId: key, permissions: [] } : undefined,
        ),
      ownerOfGroup: () => Promise.resolve(payer),
    },
    servers: {
      listingOf: (_tx, id) => {
        const ownerId = ownerOf(id)
        return Promise.resolve(ownerId === undefined ? undefined : { ownerId })
      },
    },
    slots: () => slots,
    readAddress: (address) => {
      const text = addresses.get(address)
      return text === undefined ? Promise.reject(new Error('It is away.')) : Promise.resolve(text)
    },
    seal: createVault(Buffer.alloc(32, 7)),
    issuer: 'https://mcp.example',
  })
  const operator = principalOf(ids.make('org'), ids.make('key'))
  const customer = principalOf(payer, key)

  const world: World = {
    database,
    clock,
    ids,
    ledger,
    metering,
    payments,
    recalls,
    snapshot,
    audit,
    addresses,
    payer,
    publisher,
    server,
    key,
    operator,
    customer,
    async startGateway(slot = SLOT) {
      const incarnationId = ids.make('inc')
      await payments.registerIncarnation(slot, { incarnationId, gateway: slot, journals: [] })
      return createTestJournal(incarnationId)
    },
    async topUp(amount, organizationId = payer) {
      await payments.makeTopUp(operator, {
        organizationId,
        amount: money(amount, USD.id),
        idempotencyKey: ids.make('req'),
      })
    },
    lease: (journal, wish) =>
      payments.grantLease(SLOT, {
        requestId: ids.make('req'),
        incarnationId: journal.incarnationId,
        payerId: payer,
        capIds: [],
        asset: USD.id,
        needed: MILLI_USD.toString(),
        wanted: MILLI_USD.toString(),
        ...wish,
      }),
    async granted(journal, wish) {
      const response = await world.lease(journal, wish)
      assert(response.kind === 'granted', `granted, not ${JSON.stringify(response)}`)
      const id = parseId('les', response.lease.leaseId)
      assert(id !== undefined, 'a lease id')
      return id
    },
    async price(amount, tool = 'echo') {
      const wish = { serverId: server, tool, price: money(amount, USD.id), startsAt: undefined }
      return (await metering.publishPrice(principalOf(publisher, key), wish)).price
    },
    usage: (leaseId, price, more = {}) => ({
      kind: 'usage',
      id: ids.make('evt'),
      atMs: clock.now(),
      leaseId,
      payerId: payer,
      keyId: key,
      memberId: null,
      serverId: server,
      publisherId: publisher,
      method: 'tools/call',
      tool: price.tool,
      priceId: price.id,
      feeBps: price.feeBps,
      asset: price.asset,
      reserved: price.amount.toString(),
      amount: price.amount.toString(),
      outcome: 'complete',
      purchaseId: null,
      attempt: 1,
      snapshotVersion: 1,
      durationMs: 1.5,
      requestBytes: 10,
      resultBytes: 20,
      ...more,
    }),
    available: (organizationId = payer) => world.balance(accountNames.available(organizationId)),
    balance: async (name) => (await ledger.balance(undefined, name)).posted,
    async audits() {
      const trial = await ledger.trialBalance()
      for (const [asset, sum] of trial.sums) assert(sum === 0n, `${asset} sums to ${sum}`)
      assert(trial.rebuilt.length === 0, 'every projection equals its transfers')
      await requireLeasedAccounts(database, ledger)
      await requireCapWindows(database)
      await requireUsageTotals(database)
    },
    close: () => database.close(),
  }
  return world
}

/** Σ over open leases of what is left = the leased account, for every payer and incarnation. */
async function requireLeasedAccounts(database: Database, ledger: Ledger): Promise<void> {
  const accounts = await ledger.accounts({ limit: 200 })
  const { rows } = await database.query<{ name: string; remainder: bigint }>({
    text: `select payer_id::text || ':' || incarnation_id::text as name,
             sum(granted - used - returned) as remainder
           from payments.leases group by payer_id, incarnation_id`,
  })
  const left = rows.reduce((sum, { remainder }) => sum + remainder, 0n)
  const leased = accounts
    .filter(({ name }) => name.includes(':leased:'))
    .reduce((sum, { creditsPosted, debitsPosted }) => sum + creditsPosted - debitsPosted, 0n)
  assert(left === leased, `leases have ${left} left, their accounts ${leased}`)
}

/** Σ over leases of a window of what they took and did not return = what the window says is taken. */
async function requireCapWindows(database: Database): Promise<void> {
  const { rows } = await database.query({
    text: `select 1 from payments.cap_windows w
           left join (select lw.cap_id, lw.starts_at, lw.session, sum(l.granted - l.returned) as held
                      from payments.lease_windows lw join payments.leases l on l.id = lw.lease_id
                      group by lw.cap_id, lw.starts_at, lw.session) h using (cap_id, starts_at, session)
           where w.taken <> coalesce(h.held, 0)`,
  })
  assert(rows.length === 0, 'every window holds what its leases took')
}

/** The running totals of usage are what the posted events add up to, group by group. */
async function requireUsageTotals(database: Database): Promise<void> {
  const { rows } = await database.query({
    text: `with events as (
             select payer_id, publisher_id, server_id, tool, price_id,
                    date_trunc('month', at at time zone 'UTC')::date as month,
                    coalesce(share_id, '00000000-0000-0000-0000-000000000000') as share_id, asset, fee_bps,
                    count(*) as calls, sum(posted) as posted
             from metering.usage_events where disposition = 'posted'
             group by 1, 2, 3, 4, 5, 6, 7, 8, 9),
           totals as (
             select payer_id, publisher_id, server_id, tool, price_id, month, share_id, asset, fee_bps, calls,
               posted
             from metering.usage_totals)
           (table events except table totals) union all (table totals except table events)`,
  })
  assert(rows.length === 0, 'the totals of usage are the sums of its events')
}

function principalOf(organizationId: Id<'org'>, keyId: Id<'key'>): Principal {
  return { organizationId, memberId: null, keyId, permissions: new Set() }
}

function createTestClock(): TestClock {
  // 2026-11-22T12:00:00Z, far from the edge of an hour.
  let now = 1_795_348_800_000 + 1_800_000
  return {
    now: () => instant(now),
    monotonicMs: () => now,
    set: (ms) => void (now = ms),
    advance: (ms) => void (now += ms),
  }
}
