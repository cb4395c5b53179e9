import type { AuditEntry } from '@mcp-orchestra/api/audit'
import { verifyArchive } from '@mcp-orchestra/api/verify-archive'
import type { Authorize, Permission } from '@mcp-orchestra/api/permission'
import { assetId, instant, systemClock, toUuid, type Id } from '@mcp-orchestra/kernel'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '../../../infra/http/index.ts'
import { createLog } from '../../../infra/telemetry/log.ts'
import { accountNames } from '../account-name.ts'
import {
  createArchives,
  createAssetRegistry,
  createPostgresAssetStore,
  mountLedger,
  postgresArchiveStore,
  postgresBooksStore,
} from '../index.ts'
import { refuse } from '../problems.ts'
import { startLedgerBench, usd, writeOldTransfers, type LedgerBench } from '../testing.ts'

type Answer = {
  readonly status: number
  readonly body: {
    readonly items?: readonly Record<string, unknown>[]
    readonly nextCursor?: string | null
    readonly code?: string
    readonly [name: string]: unknown
  }
}

let bench: LedgerBench
let payer: Id<'org'>
let publisher: Id<'org'>
let incarnation: Id<'inc'>
let get: (path: string, as?: string) => Promise<Answer>
let usageTransfer: Id<'txn'>
let send: (method: string, path: string, body: unknown, as?: string) => Promise<Answer>
const audited: AuditEntry[] = []
const archived: AuditEntry[] = []
let text: (path: string) => Promise<string>

const topUps = accountNames.platform('top_ups')
const fees = accountNames.platform('fees')

beforeAll(async () => {
  bench = await startLedgerBench(18)
  const { ids, ledger, database } = bench
  payer = ids.make('org')
  publisher = ids.make('org')
  incarnation = ids.make('inc')
  const available = accountNames.available(payer)
  const leased = accountNames.leased(payer, incarnation)
  const accrued = accountNames.accrued(publisher)
  usageTransfer = ids.make('txn')
  const link = toUuid(usageTransfer)
  await database.transactions.run(async (tx) => {
    await ledger.openAccounts(tx, [topUps, fees, available, leased, accrued])
    await ledger.post(tx, [
      { id: ids.make('txn'), debit: topUps, credit: available, amount: usd(10n ** 18n) },
      { id: ids.make('txn'), debit: available, credit: leased, amount: usd(10n ** 17n) },
      { id: usageTransfer, debit: leased, credit: accrued, amount: usd(975n * 10n ** 12n), link },
      { id: ids.make('txn'), debit: leased, credit: fees, amount: usd(25n * 10n ** 12n), link },
    ])
  })

  const callers = new Map<string, { organizationId: Id<'org'>; permissions: Permission[] }>([
    ['payer', { organizationId: payer, permissions: ['ledger:read'] }],
    ['publisher', { organizationId: publisher, permissions: ['ledger:read'] }],
    [
      'operator',
      { organizationId: ids.make('org'), permissions: ['ledger:read', 'platform:operate'] },
    ],
    ['stranger', { organizationId: ids.make('org'), permissions: ['ledger:read'] }],
    ['without', { organizationId: payer, permissions: [] }],
  ])
  const authorize: Authorize = async (request, permission) => {
    const caller = callers.get(request.headers.get('authorization') ?? '')
    if (caller === undefined || !caller.permissions.includes(permission)) {
      throw refuse('ledger.not_your_accounts')
    }
    return { ...caller, permissions: new Set(caller.permissions), memberId: null, keyId: null }
  }
  const app = createApp({ clock: systemClock, ids, log: createLog('silent') })
  mountLedger(app, {
    authorize,
    ledger,
    books: bench.books,
    archives: createArchives({
      transactions: database.transactions,
      books: postgresBooksStore,
      archive: postgresArchiveStore,
      audit: { record: async (_, entry) => void archived.push(entry) },
    }),
    assets: createAssetRegistry({
      store: createPostgresAssetStore(database),
      transactions: database.transactions,
      audit: { record: async (_, entry) => void audited.push(entry) },
      clock: systemClock,
    }),
    transferOfUsage: async (_, id) => (id === 'evt_posted' ? usageTransfer : null),
  })
  send = async (method, path, document, as = 'operator') => {
    const headers = { authorization: as, 'content-type': 'application/json' }
    const answer = await app.request(path, { method, headers, body: JSON.stringify(document) })
    return { status: answer.status, body: (await answer.json()) as Answer['body'] }
  }
  text = async (path) =>
    (await app.request(path, { headers: { authorization: 'operator' } })).text()
  get = async (path, as = 'operator') => {
    const answer = await app.request(path, { headers: { authorization: as } })
    return { status: answer.status, body: (await answer.json()) as Answer['body'] }
  }
})
afterAll(async () => {
  await bench.stop()
})

describe('GET /v1/ledger/accounts', () => {
  test('shows an organization its own accounts, with the balance for people', async () => {
    const { status, body } = await get('/v1/ledger/accounts', 'payer')
    expect(status).toBe(200)
    expect(body.items).toEqual([
      {
        name: `org:${payer}:available`,
        asset: 'USD',
        debits: '100000000000000000',
        credits: '1000000000000000000',
        held: '0',
        balance: '900000000000000000',
        display: '0.9 USD',
      },
      expect.objectContaining({ name: `org:${payer}:leased:${incarnation}`, display: '0.099 USD' }),
    ])
  })

  test('shows the operator everybody’s, page by page, or one organization’s', async () => {
    const names: unknown[] = []
    let cursor = ''
    do {
      const { body } = await get(`/v1/ledger/accounts?limit=2${cursor}`)
      names.push(...(body.items ?? []).map((item) => item['name']))
      cursor =
        typeof body.nextCursor === 'string' ? `&cursor=${encodeURIComponent(body.nextCursor)}` : ''
    } while (cursor !== '')
    expect(names).toHaveLength(5)
    expect(new Set(names).size).toBe(5)
    const { body } = await get(`/v1/ledger/accounts?organizationId=${publisher}`)
    expect(body.items).toHaveLength(1)
  })

  test('refuses another organization’s accounts, and what is no organization', async () => {
    const path = `/v1/ledger/accounts?organizationId=${payer}`
    expect(await get(path, 'publisher')).toMatchObject({
      status: 403,
      body: { code: 'ledger.not_your_accounts' },
    })
    expect((await get('/v1/ledger/accounts?organizationId=org_x', 'operator')).status).toBe(403)
    expect((await get('/v1/ledger/accounts', 'without')).status).toBe(403)
    expect((await get('/v1/ledger/accounts?limit=0', 'payer')).status).toBe(400)
  })
})

describe('GET /v1/ledger/transfers', () => {
  test('explains a usage event: the publisher’s leg and the fee', async () => {
    const { body } = await get('/v1/ledger/transfers?usageEvent=evt_posted', 'payer')
    expect(body.items?.map(({ credit, amount, display }) => ({ credit, amount, display }))).toEqual(
      [
        { credit: 'platform:fees', amount: '25000000000000', display: '0.000025 USD' },
        {
          credit: `publisher:${publisher}:accrued`,
          amount: '975000000000000',
          display: '0.000975 USD',
        },
      ],
    )
    const none = await get('/v1/ledger/transfers?usageEvent=evt_free', 'payer')
    expect(none.body).toEqual({ items: [], nextCursor: null })
  })

  test('shows each party its own side only', async () => {
    const path = '/v1/ledger/transfers'
    expect((await get(path, 'payer')).body.items).toHaveLength(4)
    expect((await get(path, 'publisher')).body.items).toHaveLength(1)
    expect((await get(path, 'stranger')).body.items).toEqual([])
    expect((await get(`${path}?usageEvent=evt_posted`, 'stranger')).body.items).toEqual([])
    expect((await get(`${path}?account=platform:fees`, 'publisher')).body.items).toEqual([])
    expect((await get(`${path}?account=platform:fees`)).body.items).toHaveLength(1)
    expect((await get(`${path}?account=nonsense`)).body.items).toEqual([])
  })

  test('pages without a gap or a repeat, and refuses a forged cursor', async () => {
    const first = await get('/v1/ledger/transfers?limit=3')
    const next = await get(`/v1/ledger/transfers?limit=3&cursor=${first.body.nextCursor}`)
    const ids = [...(first.body.items ?? []), ...(next.body.items ?? [])].map((item) => item['id'])
    expect(new Set(ids).size).toBe(4)
    expect(next.body.nextCursor).toBeNull()
    for (const cursor of ['x', '-1', '0', '1e3', '99999999999999999999']) {
      expect((await get(`/v1/ledger/transfers?cursor=${cursor}`)).status).toBe(400)
    }
  })
})

describe('GET /v1/ledger/trial-balance', () => {
  test('proves the books to everyone, and shows each only what is theirs', async () => {
    const all = await get('/v1/ledger/trial-balance')
    expect(all.body).toMatchObject({
      balanced: true,
      sums: [{ asset: 'USD', difference: '0' }],
      accountsOmitted: 0,
      differences: [],
    })
    expect(all.body['accounts']).toHaveLength(5)
    const own = await get('/v1/ledger/trial-balance', 'publisher')
    expect(own.body).toMatchObject({ balanced: true })
    expect(own.body['accounts']).toHaveLength(1)
    expect((await get('/v1/ledger/trial-balance', 'without')).status).toBe(403)
  })
})

describe('GET /v1/ledger/statement', () => {
  const period = 'from=2026-01-01T00:00:00Z&to=2100-01-01T00:00:00Z'
  const of = (account: string) => `/v1/ledger/statement?account=${account}&${period}`

  test('opens, moves and closes: each entry with the balance after it', async () => {
    const { status, body } = await get(of(`org:${payer}:leased:${incarnation}`), 'payer')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      opening: { balance: '0' },
      closing: { display: '0.099 USD', held: '0' },
      credits: '100000000000000000',
      debits: '1000000000000000',
      final: false,
      nextCursor: null,
    })
    // They were posted by one call: their order among each other is the ledger's own.
    expect(body.items?.map(({ side }) => side).toSorted()).toEqual(['credit', 'debit', 'debit'])
    expect(body.items?.at(-1)).toMatchObject({ display: '0.099 USD', balance: '99000000000000000' })
  })

  test('goes on where the page before ended, with the same balances', async () => {
    const path = of(`org:${payer}:leased:${incarnation}`)
    const whole = await get(path, 'payer')
    const first = await get(`${path}&limit=2`, 'payer')
    const rest = await get(`${path}&limit=2&cursor=${first.body.nextCursor}`, 'payer')
    expect([...(first.body.items ?? []), ...(rest.body.items ?? [])]).toEqual(whole.body.items)
    expect(rest.body['opening']).toEqual(whole.body['opening'])
  })

  test.each([
    ['stranger', 403, 'ledger.not_your_accounts', () => of(`org:${payer}:available`)],
    ['payer', 403, 'ledger.not_your_accounts', () => of('platform:fees')],
    ['operator', 404, 'ledger.unknown_account', () => of('platform:else')],
    ['operator', 200, undefined, () => of('platform:fees')],
    ['operator', 400, 'request.invalid', () => `${of('platform:fees')}&cursor=x`],
    ['operator', 400, 'request.invalid', () => '/v1/ledger/statement?account=platform:fees'],
    [
      'operator',
      422,
      'ledger.invalid_period',
      () =>
        '/v1/ledger/statement?account=platform:fees&from=2026-02-01T00:00:00Z&to=2026-02-01T00:00:00Z',
    ],
  ])('%s gets %i %s', async (as, status, code, path) => {
    const answer = await get(path(), as)
    expect([answer.status, answer.body.code]).toEqual([status, code])
  })

  test('the trial balance at a moment is as it was then', async () => {
    const before = await get('/v1/ledger/trial-balance?at=2026-01-01T00:00:00Z')
    expect(before.body).toMatchObject({ balanced: true, accounts: [], at: '2026-01-01T00:00:00Z' })
    const later = await get('/v1/ledger/trial-balance?at=2100-01-01T00:00:00Z')
    const now = await get('/v1/ledger/trial-balance')
    expect(later.body['accounts']).toEqual(now.body['accounts'])
  })
})

describe('GET /v1/ledger/archive', () => {
  test('is the operator’s, of closed days, proves itself, and is audited', async () => {
    const [debit, credit] = [topUps, fees]
    const at = instant(systemClock.now() - 86_400_000)
    await writeOldTransfers(bench, [{ kind: 'X', debit, credit, amount: 1n, at }])
    const [from, to] = [at, systemClock.now()].map((ms) => new Date(ms).toISOString().slice(0, 10))
    const path = `/v1/ledger/archive?from=${from}&to=${to}`
    expect(await get(path)).toMatchObject({ status: 422, body: { code: 'ledger.invalid_period' } })
    await bench.database.query({ text: `insert into ledger.closed_days (day) values ('${from}')` })
    expect((await get(path, 'payer')).status).toBe(403)
    expect(archived).toEqual([])
    const lines = (await text(path)).trimEnd().split('\n')
    expect(await verifyArchive(lines)).toMatchObject({ from, to, transfers: 1 })
    expect(archived.map(({ action, target }) => `${action} ${target}`)).toEqual([
      `ledger.archived ${from}..${to}`,
    ])
  })
})

describe('/v1/assets', () => {
  const id = 'eip155:8453/erc20:0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913'

  test('lists what the kernel knows, with code and scale', async () => {
    const { body } = await get('/v1/assets', 'stranger')
    expect(body.items?.map(({ id: known, scale }) => `${String(known)} ${String(scale)}`)).toEqual([
      'BTC 8',
      'BTC.MSAT 11',
      'ETH 18',
      'USD 18',
      'USDC 6',
      'USDT 6',
    ])
  })

  test('the operator registers a token, and amounts in it are shown in its units', async () => {
    const added = await send('POST', '/v1/assets', { id, code: 'USDC-BASE', scale: 6 })
    expect(added).toMatchObject({ status: 201, body: { id, code: 'USDC-BASE', listed: true } })
    const { ids, ledger, database } = bench
    const asset = assetId(id)
    await database.transactions.run(async (tx) => {
      const names = [accountNames.clearing('base'), accountNames.available(publisher)]
      await ledger.openAccounts(tx, names, asset)
      const amount = { amount: 1_500_000n, asset }
      const [debit, credit] = [accountNames.clearing('base'), accountNames.available(publisher)]
      await ledger.post(tx, [{ id: ids.make('txn'), debit, credit, amount }])
    })
    const { body } = await get('/v1/ledger/accounts', 'publisher')
    expect(body.items).toContainEqual(expect.objectContaining({ display: '1.5 USDC-BASE' }))
    const held = await send('PUT', '/v1/assets/USDC-BASE/listing', { listed: false })
    expect(held).toMatchObject({ status: 409, body: { code: 'ledger.asset_held' } })
  })

  test.each([
    [409, 'ledger.asset_exists', { id: id.toLowerCase(), code: 'OTHER', scale: 6 }],
    [409, 'ledger.asset_exists', { id: 'eip155:1/erc20:0xa', code: 'usdc', scale: 6 }],
    [422, 'ledger.invalid_asset', { id: 'DOGE', code: 'DOGE', scale: 8 }],
    [400, 'request.invalid', { id: 'eip155:1/erc20:0xa', code: 'a:b', scale: 6 }],
    [400, 'request.invalid', { id: 'eip155:1/erc20:0xa', code: 'ABC', scale: 25 }],
    [400, 'request.invalid', { id: 'eip155:1/erc20:0xa', code: 'ABC', scale: 0.5 }],
  ])('refuses with %i %s: %j', async (status, code, asset) => {
    expect(await send('POST', '/v1/assets', asset)).toMatchObject({ status, body: { code } })
  })

  test('delists and lists again, audited; the metering unit stays; others may not', async () => {
    const off = await send('PUT', '/v1/assets/USDT/listing', { listed: false })
    expect(off).toMatchObject({ status: 200, body: { listed: false } })
    expect(await send('PUT', '/v1/assets/USDT/listing', { listed: false })).toEqual(off)
    const on = await send('PUT', '/v1/assets/USDT/listing', { listed: true })
    expect(on.body).toMatchObject({ listed: true, delistedAt: null })
    expect(audited.map(({ action, target }) => `${action} ${target}`)).toEqual([
      `asset.registered ${id}`,
      'asset.delisted USDT',
      'asset.listed USDT',
    ])
    const usd = await send('PUT', '/v1/assets/USD/listing', { listed: false })
    expect(usd).toMatchObject({ status: 409, body: { code: 'ledger.asset_held' } })
    const none = await send('PUT', '/v1/assets/NONE/listing', { listed: false })
    expect(none).toMatchObject({ status: 404, body: { code: 'ledger.asset_not_found' } })
    expect((await send('PUT', '/v1/assets/USDT/listing', { listed: false }, 'payer')).status).toBe(
      403,
    )
  })
})
