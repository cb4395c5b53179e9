import type { Principal } from '@mcp-orchestra/api/permission'
import type { MeteredPrice } from '@mcp-orchestra/api/metered-price'
import type { CapEntity, PriceEntity } from '@mcp-orchestra/api/snapshot'
import { assert, createIds, money, rate, USD, type Id, type PriceForm } from '@mcp-orchestra/kernel'
import pg from 'pg'
import {
  createDatabase,
  migrate,
  type Database,
} from '../../../../control-plane/src/infra/postgres/index.ts'
import { createVault } from '../../../../control-plane/src/infra/vault/vault.ts'
import {
  createLedger,
  createPostgresLedgerStore,
  type Ledger,
} from '../../../../control-plane/src/modules/ledger/index.ts'
import {
  createMetering,
  postgresPriceStore,
  postgresUsageStore,
  postgresUsageTotals,
} from '../../../../control-plane/src/modules/metering/index.ts'
import {
  createPayments,
  postgresPaymentsStores,
  type Payments,
} from '../../../../control-plane/src/modules/payments/index.ts'
import type { VirtualTime } from './virtual-time.ts'

/** The price of every call, and so the unit that the tests count in: 1e15 atto-USD. */
export const CALL_PRICE = 10n ** 15n

/** A tool that is priced by tokens costs at most as much; the first ten thousand of a month cost more than the rest. */
export const TOKEN_FORM: PriceForm = {
  form: 'graduated',
  tiers: [{ upTo: 10_000n, rate: rate(CALL_PRICE, 1_000n) }, { rate: rate(CALL_PRICE, 3_000n) }],
}
/** So many tokens cost, at their dearest, the most that a call may cost. */
export const TOKENS_MAX = 1_000n
const TOKEN_PRICE: MeteredPrice = {
  components: [
    {
      meter: 'output_token',
      price: {
        form: 'graduated',
        tiers: [
          { upTo: '10000', rate: { amount: CALL_PRICE.toString(), per: '1000' } },
          { rate: { amount: CALL_PRICE.toString(), per: '3000' } },
        ],
      },
    },
  ],
  maximum: CALL_PRICE.toString(),
}

/** The real ledger, metering and payments on a real PostgreSQL that can be put back to an earlier state. */
export interface LedgerStage {
  readonly payments: Payments
  readonly ledger: Ledger
  readonly payer: Id<'org'>
  readonly publisher: Id<'org'>
  readonly server: Id<'srv'>
  readonly key: Id<'key'>
  readonly operator: Principal
  readonly price: PriceEntity
  /** An agent of the payer, and the caps that bind it, every session, and everything. */
  readonly agent: Id<'agt'>
  readonly caps: readonly CapEntity[]
  /** What gateways were asked to give back and have not been told yet. */
  readonly recalls: { readonly incarnation: string; readonly leases: readonly string[] }[]
  backUp(): Promise<void>
  restore(): Promise<boolean>
  postedEvents(): Promise<readonly PostedEvent[]>
  /** Throws unless the books balance, projections equal their transfers, and leases equal their accounts. */
  audit(): Promise<void>
  close(): Promise<void>
}

export type PostedEvent = {
  readonly id: string
  readonly disposition: string
  readonly posted: bigint
  readonly purchase: string | null
  /** What it was counted by, where its price counts tokens. */
  readonly tokens: bigint | null
}

const FOLDERS = ['ledger', 'metering', 'payments'].map((name) => ({
  name,
  directory: new URL(`../../../../control-plane/src/modules/${name}/migrations/`, import.meta.url),
}))

/** A database with all tables and nothing in them, which every stage is copied from. */
export async function createTemplate(serverUrl: string): Promise<string> {
  const template = 'spending_template'
  const admin = new pg.Client({ connectionString: serverUrl })
  await admin.connect()
  await admin.query(`create database ${template}`)
  await admin.end()
  const url = new URL(serverUrl)
  url.pathname = `/${template}`
  await migrate({ url: url.href, folders: FOLDERS })
  return template
}

/** How rich the payer is, how tight the cap, and who serves. */
export type StageWorld = {
  readonly template: string
  readonly time: VirtualTime
  readonly calls: bigint
  readonly cap: bigint
  /** The most calls of the agent, and of each session. */
  readonly agentCap: bigint
  readonly sessionCap: bigint
  readonly slots: readonly string[]
  /** Whether the tool is priced by tokens. */
  readonly isMetered: boolean
}

/** Founds a payer with `calls` calls' worth of money and a daily cap, a publisher and a priced tool. */
export async function createLedgerStage(
  serverUrl: string,
  world: StageWorld,
): Promise<LedgerStage> {
  const ids = createIds(world.time)
  const name = (): string => `stage_${ids.make('req').slice(4)}`
  const payer = ids.make('org')
  const publisher = ids.make('org')
  const server = ids.make('srv')
  const key = ids.make('key')
  const operator: Principal = {
    organizationId: ids.make('org'),
    memberId: null,
    keyId: ids.make('key'),
    permissions: new Set(),
  }
  const admin = new pg.Client({ connectionString: serverUrl })
  await admin.connect()
  const databases: string[] = []
  const urlOf = (database: string): string => {
    const url = new URL(serverUrl)
    url.pathname = `/${database}`
    return url.href
  }
  const create = async (template: string): Promise<string> => {
    const database = name()
    await admin.query(`create database ${database} template ${template}`)
    databases.push(database)
    return database
  }
  let current = await create(world.template)
  let backup: string | undefined
  const recalls: LedgerStage['recalls'][number][] = []
  let database: Database = open()
  let modules = build()

  function open(): Database {
    return createDatabase({ url: urlOf(current), applicationName: 'spending test', poolSize: 6 })
  }

  function build() {
    const ledger = createLedger({ store: createPostgresLedgerStore(database) })
    const shared = {
      transactions: database.transactions,
      clock: world.time,
      ids,
      snapshot: { put: () => Promise.resolve(1) },
      audit: { record: () => Promise.resolve() },
    }
    const metering = createMetering({
      ...shared,
      prices: postgresPriceStore,
      usage: postgresUsageStore,
      totals: postgresUsageTotals,
      keyUses: { note: () => Promise.resolve() },
      servers: { listingOf: () => Promise.resolve({ ownerId: publisher, isPublic: true }) },
      maxStaleMs: 60_000,
      riseNoticeMs: 0,
      onPosted: () => undefined,
    })
    const payments = createPayments({
      ...shared,
      ...postgresPaymentsStores,
      ledger,
      metering,
      gateways: { recall: (incarnation, leases) => recalls.push({ incarnation, leases }) },
      directory: {
        keyOf: () => Promise.resolve({ organizationId: payer, rootId: key, permissions: [] }),
        ownerOfGroup: () => Promise.resolve(payer),
        exists: () => Promise.resolve(true),
      },
      servers: { listingOf: () => Promise.resolve({ ownerId: publisher }) },
      slots: () => world.slots,
      readAddress: () => Promise.reject(new Error('nothing is quoted here')),
      seal: createVault(Buffer.alloc(32)),
      issuer: 'https://mcp.example',
    })
    return { ledger, metering, payments }
  }

  const publishing: Principal = { ...operator, organizationId: publisher }
  const { price } = await modules.metering.publishPrice(publishing, {
    serverId: server,
    tool: 'paid',
    price: money(world.isMetered ? 0n : CALL_PRICE, USD.id),
    ...(world.isMetered ? { metered: TOKEN_PRICE } : {}),
    startsAt: undefined,
  })
  await modules.payments.makeTopUp(operator, {
    organizationId: payer,
    amount: money(world.calls * CALL_PRICE, USD.id),
    idempotencyKey: 'start',
  })
  const agent = ids.make('agt')
  const caps: CapEntity[] = []
  for (const [scope, period, calls] of [
    [{ kind: 'organization' }, 'day', world.cap],
    [{ kind: 'agent', id: agent }, 'month', world.agentCap],
    [{ kind: 'session' }, 'total', world.sessionCap],
    [{ kind: 'key', id: key }, 'call', 1n],
  ] as const) {
    const amount = money(calls * CALL_PRICE, USD.id)
    const wish = { scope, period, amount }
    const { cap } = await modules.payments.createCap({ ...operator, organizationId: payer }, wish)
    caps.push({
      id: cap.id,
      scope: { kind: cap.scope.kind, id: cap.scope.id },
      window: period,
      amount: amount.amount.toString(),
    })
  }
  return {
    get payments() {
      return modules.payments
    },
    get ledger() {
      return modules.ledger
    },
    payer,
    publisher,
    server,
    key,
    operator,
    agent,
    caps,
    recalls,
    price: {
      id: price.id,
      serverId: server,
      tool: 'paid',
      version: price.version,
      amount: price.amount.toString(),
      ...(price.metered === undefined ? {} : { metered: price.metered }),
      asset: price.asset,
      feeBps: price.feeBps,
      startsAtMs: 0,
    },
    async backUp() {
      if (backup !== undefined) return
      await database.close()
      backup = await create(current)
      database = open()
      modules = build()
    },
    async restore() {
      if (backup === undefined) return false
      await database.close()
      current = backup
      backup = undefined
      database = open()
      modules = build()
      return true
    },
    async postedEvents() {
      const { rows } = await database.query<PostedEvent>({
        text: `select id::text, disposition, posted, purchase_id::text as purchase, output_tokens as tokens
               from metering.usage_events`,
      })
      return rows
    },
    async audit() {
      const { sums, rebuilt } = await modules.ledger.trialBalance()
      for (const [asset, sum] of sums) assert(sum === 0n, `${asset} sums to ${sum}`)
      assert(rebuilt.length === 0, 'every balance equals its transfers')
      const { rows } = await database.query<{ left: bigint }>({
        text: `select coalesce(sum(granted - used - returned), 0) as left from payments.leases
               where state = 'open'`,
      })
      const accounts = await modules.ledger.accounts({ limit: 200 })
      const leased = accounts
        .filter((account) => account.name.includes(':leased:'))
        .reduce((sum, { creditsPosted, debitsPosted }) => sum + creditsPosted - debitsPosted, 0n)
      assert(rows[0]?.left === leased, `leases hold ${rows[0]?.left}, their accounts ${leased}`)
    },
    async close() {
      await database.close()
      for (const each of databases) await admin.query(`drop database ${each} with (force)`)
      await admin.end()
    },
  }
}
