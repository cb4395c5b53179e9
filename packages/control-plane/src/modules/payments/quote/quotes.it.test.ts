import { instant, type Id } from '@mcp-orchestra/kernel'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  startTestDatabase,
  TEST_VERSIONS,
  type TestDatabase,
} from '../../../infra/postgres/testing.ts'
import { createWorld, type World } from '../testing/world.ts'
import type { SourceWish } from './manage-sources.ts'
import type { QuoteUse } from './ports.ts'
import { QUOTE_TTL_MS, type SignedQuote } from './quote.ts'

const USD_ATTO = 10n ** 18n
const RAIL: QuoteUse = { rail: 'test', reference: 'payment-1' }

describe.each(TEST_VERSIONS)('quotes on PostgreSQL %i', (version) => {
  let server: TestDatabase
  let world: World
  let asset: string
  let url: string

  beforeAll(async () => {
    server = await startTestDatabase({ version })
  }, 60_000)
  afterAll(() => server.stop())
  beforeEach(async () => {
    world = await createWorld(server.url)
    asset = world.ids.make('req')
    url = `https://${asset}.example/rate`
    await world.database.query({ text: 'delete from payments.signing_keys' })
    return () => world.close()
  })

  const quotes = () => world.payments.quotes
  const put = (more: Partial<SourceWish> = {}) =>
    quotes().putSource(world.operator, {
      name: `s-${asset.slice(4)}`.replaceAll('_', '-'),
      asset: { id: asset as SourceWish['asset']['id'], scale: 6, stablecoin: false },
      rank: 0,
      heartbeatMs: 3_600_000,
      detail: { kind: 'manual', usd: '3' },
      ...more,
    })
  const http: SourceWish['detail'] = {
    kind: 'http',
    get url() {
      return url
    },
    pricePointer: '/price',
    updatedAtPointer: '/at',
  }
  const make = (usdAtto: bigint = USD_ATTO) => quotes().make(world.customer, { usdAtto, asset })
  const use = (
    presented: SignedQuote,
    how: QuoteUse = RAIL,
    organizationId: Id<'org'> = world.payer,
  ) =>
    world.database.transactions.run((tx) => quotes().use(tx, presented, { ...how, organizationId }))
  const code = (name: string) => ({ code: `payments.quote_${name}` })

  test('are exact, signed, kept, and say until when they hold', async () => {
    const source = await put()
    const signed = await make()
    expect(signed.quote).toMatchObject({
      organizationId: world.payer,
      usdAtto: '1000000000000000000',
      amount: '333334',
      rate: { numerator: '3000000000000', denominator: '1' },
      rounding: 'up',
      carriedIn: '0',
      carriedOut: '2000000000000',
      source: source.name,
      updatedAt: new Date(world.clock.now()).toISOString(),
      expiresAt: new Date(world.clock.now() + QUOTE_TTL_MS).toISOString(),
    })
    expect(await quotes().find(world.customer, signed.quote.id)).toEqual(signed)
    const stranger = { ...world.customer, organizationId: world.ids.make('org') }
    await expect(quotes().find(stranger, signed.quote.id)).rejects.toMatchObject(code('not_found'))
    expect(world.audit.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['quote_source.set', 'quote.made']),
    )
  })

  test('hold no longer than their rate is fresh', async () => {
    await put({ heartbeatMs: 10_000 })
    world.clock.advance(4_000)
    const { quote } = await make()
    expect(Date.parse(quote.expiresAt) - world.clock.now()).toBe(6_000)
    world.clock.advance(6_001)
    await expect(make()).rejects.toMatchObject(code('unavailable'))
  })

  test('of an asset that no source names are refused', async () => {
    await expect(make()).rejects.toMatchObject(code('asset_unknown'))
    await expect(
      quotes().make(world.customer, { usdAtto: 1n, asset: 'two words' }),
    ).rejects.toMatchObject(code('asset_unknown'))
  })

  test('come from an address, and fall back to the next source while it is silent', async () => {
    await put({ detail: http })
    await put({ name: `m-${asset.slice(4)}`, rank: 1, detail: { kind: 'manual', usd: '2.01' } })
    world.addresses.set(url, `{"price":2.00,"at":${world.clock.now()}}`)
    expect((await make()).quote.amount).toBe('500000')
    world.addresses.delete(url)
    expect((await make()).quote.amount).toBe('500000')
    world.clock.advance(1_001)
    expect((await make()).quote).toMatchObject({ amount: '497513', source: `m-${asset.slice(4)}` })
    world.addresses.set(url, `{"price":2.06,"at":${world.clock.now()}}`)
    world.clock.advance(1_001)
    await expect(make()).rejects.toMatchObject(code('deviation'))
  })

  test('are never of a manual rate that somebody edited', async () => {
    const { name } = await put()
    await world.database.query({
      text: `update payments.quote_sources set detail = jsonb_set(detail, '{usd}', '"1"') where name = $1`,
      values: [name],
    })
    await expect(make()).rejects.toMatchObject(code('unavailable'))
    await put()
    await world.database.query({
      text: 'update payments.quote_sources set scale = 5 where name = $1',
      values: [name],
    })
    await expect(make()).rejects.toMatchObject(code('unavailable'))
  })

  test('sources of one asset agree on what it is; a wish that cannot be read is refused', async () => {
    await put()
    const other = { name: `o-${asset.slice(4)}` }
    const wrong = { id: asset as SourceWish['asset']['id'], scale: 18, stablecoin: false }
    await expect(put({ ...other, asset: wrong })).rejects.toMatchObject(code('source_contradicts'))
    await expect(put({ ...other, detail: { kind: 'manual', usd: '0' } })).rejects.toMatchObject(
      code('source_malformed'),
    )
    await expect(
      put({ ...other, detail: { ...http, pricePointer: 'price' } }),
    ).rejects.toMatchObject(code('source_malformed'))
    await expect(quotes().removeSource(world.operator, other.name)).rejects.toMatchObject(
      code('source_not_found'),
    )
  })

  describe('used by a rail', () => {
    test('count once: the same payment hears the same, another is refused', async () => {
      await put()
      const signed = await make()
      const answers = await Promise.all([1, 2, 3, 4].map(() => use(signed)))
      expect(new Set(answers.map(({ id }) => id))).toEqual(new Set([signed.quote.id]))
      const other = { ...RAIL, reference: 'payment-2' }
      await expect(use(signed, other)).rejects.toMatchObject(code('used'))
      world.clock.advance(QUOTE_TTL_MS * 2)
      expect((await use(signed)).id).toBe(signed.quote.id)
      const { rows } = await world.database.query<{ amount: bigint }>({
        text: 'select amount from payments.quote_carries where asset = $1',
        values: [asset],
      })
      expect(rows).toEqual([{ amount: 2_000_000_000_000n }])
    })

    test('of two payments that race for one quote one is refused', async () => {
      await put()
      const signed = await make()
      const ended = await Promise.allSettled(
        ['a', 'b', 'c'].map((reference) => use(signed, { rail: 'test', reference })),
      )
      expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    })

    test('are refused from the moment on that they expire', async () => {
      await put()
      const [first, second] = [await make(), await make()]
      world.clock.advance(QUOTE_TTL_MS - 1)
      await use(first)
      world.clock.advance(1)
      await expect(use(second)).rejects.toMatchObject(code('expired'))
    })

    test('are refused when the clock went back before they were made', async () => {
      await put()
      const signed = await make()
      world.clock.advance(-60_000)
      await expect(use(signed)).rejects.toMatchObject(code('expired'))
    })

    test('are refused when they were changed, signed by nobody, or made for another', async () => {
      await put()
      const signed = await make()
      const { quote, signature } = signed
      const cheaper = { quote: { ...quote, amount: '1' }, signature }
      await expect(use(cheaper)).rejects.toMatchObject(code('forged'))
      const later = { quote: { ...quote, expiresAt: '2099-01-01T00:00:00.000Z' }, signature }
      await expect(use(later)).rejects.toMatchObject(code('forged'))
      const other = await make()
      await expect(use({ quote, signature: other.signature })).rejects.toMatchObject(code('forged'))
      const unknown = { quote: { ...quote, id: world.ids.make('quo') }, signature }
      await expect(use(unknown)).rejects.toMatchObject(code('not_found'))
      const stranger = world.ids.make('org')
      await expect(use(signed, RAIL, stranger)).rejects.toMatchObject(code('not_found'))
      await world.payments.signer.revoke(world.operator, signature.kid)
      await expect(use(signed)).rejects.toMatchObject(code('forged'))
    })

    test('carry what rounding cost to the next one, once', async () => {
      await put()
      const [first, rival] = [await make(), await make()]
      await use(first)
      await use(rival, { ...RAIL, reference: 'payment-2' })
      const [next, outdated] = [await make(), await make()]
      expect(next.quote).toMatchObject({ carriedIn: '4000000000000', amount: '333332' })
      await use(next, { ...RAIL, reference: 'payment-3' })
      await expect(use(outdated, { ...RAIL, reference: 'payment-4' })).rejects.toMatchObject(
        code('outdated'),
      )
    })

    test('are forgotten a day after they expired, unless they were used', async () => {
      await put()
      const [kept, gone] = [await make(), await make()]
      await use(kept)
      expect(await quotes().prune()).toBe(0)
      world.clock.set(instant(world.clock.now() + QUOTE_TTL_MS + 86_400_001))
      await quotes().prune()
      expect((await quotes().find(world.customer, kept.quote.id)).quote.id).toBe(kept.quote.id)
      await expect(quotes().find(world.customer, gone.quote.id)).rejects.toMatchObject(
        code('not_found'),
      )
    })
  })
})
