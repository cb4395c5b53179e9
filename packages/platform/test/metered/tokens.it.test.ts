import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestPlatform, type Payer, type TestPlatform } from '../stage/test-platform.ts'
import { MODERN_META, modernHeaders, openLegacySession, postRaw } from '../wire/raw-client.ts'
import { readRpcAnswer, type RpcAnswer } from '../wire/rpc-answer.ts'
import { startTokenServer, type TokenWish } from './token-server.ts'

/** Two and ten millionths of a dollar a token, at most a tenth of a dollar a call. In atto-USD. */
const PER_INPUT = 2_000_000_000_000n
const PER_OUTPUT = 10_000_000_000_000n
const MOST = 100_000_000_000_000_000n
const MOST_USD = '0.1'
/** Journals are shipped and posted in batches; a busy machine takes its time. Milliseconds. */
const POSTED_WITHIN_MS = 60_000
const USAGE = 'io.mcp-orchestra/usage'

const servers = new Map<string, Awaited<ReturnType<typeof startTokenServer>>>()
let stage: TestPlatform
let payer: Payer
let payers = 0

const ERAS = ['legacy', 'modern'] as const
type Era = (typeof ERAS)[number]

beforeAll(async () => {
  for (const era of ERAS) servers.set(era, await startTokenServer(era))
  const at = (era: Era) =>
    ({
      era,
      transport: { kind: 'http', url: servers.get(era)?.url ?? '', headers: {} },
    }) as const
  stage = await startTestPlatform({
    legacy: at('legacy'),
    modern: at('modern'),
    counted: at('modern'),
  })
  const perToken = { perInputToken: '0.000002', perOutputToken: '0.00001', maximum: MOST_USD }
  for (const era of ERAS) await stage.operator.prices.set(era, '*', perToken)
  await stage.operator.prices.set('counted', 'ask', { ...perToken, tokenizer: 'o200k_base' })
})
afterAll(async () => {
  await stage.close()
  for (const server of servers.values()) await server.close()
})
beforeEach(async () => {
  payers += 1
  payer = await stage.foundPayer(`payer-${payers}`)
})

/** Calls `ask` as a client of an era; the alias names the server. */
async function ask(
  alias: string,
  wish: TokenWish,
  { era = 'modern', meta = {} }: { readonly era?: Era; readonly meta?: object } = {},
): Promise<RpcAnswer> {
  const target = stage.transparent(alias, payer)
  const headersFor = era === 'modern' ? modernHeaders : await openLegacySession(target)
  const own = JSON.parse(era === 'modern' ? `{${MODERN_META}}` : '{}') as object
  const params = { name: 'ask', arguments: wish, _meta: { ...own, ...meta } }
  const text = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })
  return readRpcAnswer(await postRaw(target, text, headersFor('tools/call', 'ask')))
}

function receiptOf({ result }: RpcAnswer): unknown {
  const { _meta: meta } = result as { _meta?: Readonly<Record<string, unknown>> }
  return meta?.['io.mcp-orchestra/receipt']
}

/** What was posted of the payer's only call. */
async function posted() {
  const read = () => payer.orchestra.usage.list().all()
  await expect.poll(async () => (await read()).length, { timeout: POSTED_WITHIN_MS }).toBe(1)
  const [event] = await read()
  return event
}
const costOf = (input: number, output: number) =>
  (BigInt(input) * PER_INPUT + BigInt(output) * PER_OUTPUT).toString()

describe.each(ERAS.flatMap((server) => ERAS.map((client) => ({ client, server }))))(
  'a $client client at a $server server',
  ({ client, server }) => {
    it.each([false, true])(
      'pays for the tokens that are reported (as a stream: %s)',
      async (stream) => {
        const answer = await ask(
          server,
          { usage: { input: 100, output: 40 }, stream },
          { era: client },
        )
        expect(receiptOf(answer)).toMatchObject({
          charged: { amount: costOf(100, 40) },
          units: { input: 100, output: 40 },
        })
        expect(await posted()).toMatchObject({
          amount: { amount: costOf(100, 40) },
          reserved: { amount: MOST.toString() },
          units: { input: 100, output: 40 },
          unitsFrom: 'server',
          disposition: 'posted',
        })
      },
    )
  },
)

describe('a call that is priced by tokens', () => {
  it('is announced with the most that it may cost, and by what', async () => {
    const target = stage.transparent('modern', payer)
    const text = `{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{${MODERN_META}}}}`
    const { result } = readRpcAnswer(
      await postRaw(target, text, modernHeaders('tools/list', undefined)),
    )
    const { tools } = result as { tools: { _meta: Record<string, unknown> }[] }
    expect(tools[0]?._meta['io.mcp-orchestra/price']).toMatchObject({
      amount: MOST.toString(),
      per: 'call',
      metered: {
        perCall: '0',
        components: [{ meter: 'input_token' }, { meter: 'output_token' }],
      },
    })
  })

  it('pays for what a result reports that is too large to be held', async () => {
    await ask('modern', { usage: { input: 7, output: 3 }, padding: 3_000_000 })
    expect(await posted()).toMatchObject({ amount: { amount: costOf(7, 3) }, unitsFrom: 'server' })
  })

  it('never costs more than the listing’s maximum or the caller’s, however much is reported', async () => {
    const usage = { input: 2_000_000_000, output: Number.MAX_SAFE_INTEGER }
    const bid = { amount: '1000000', asset: 'USD' }
    const meta = { 'io.mcp-orchestra/maxCharge': bid }
    expect(receiptOf(await ask('modern', { usage }))).toMatchObject({
      charged: { amount: MOST.toString() },
    })
    expect(receiptOf(await ask('modern', { usage }, { meta }))).toMatchObject({ charged: bid })
    await expect
      .poll(async () => (await casesOf('usage_absurd')).length, { timeout: POSTED_WITHIN_MS })
      .toBe(1)
  })

  it('costs nothing when nobody counts: a forged report of the caller is no report, and a case is opened', async () => {
    const before = await wealth()
    const meta = { [USAGE]: { input: 1, output: 1 } }
    const answer = await ask('modern', { echoMeta: true, text: 'forged' }, { meta })
    expect(answer.result).toMatchObject({ content: [{ text: 'forged' }] })
    expect(receiptOf(answer)).toMatchObject({ charged: { amount: '0' } })
    expect(await posted()).toMatchObject({
      amount: { amount: '0' },
      units: null,
      unitsFrom: 'missing',
      disposition: 'free',
    })
    expect(await wealth()).toBe(before)
    expect(await casesOf('usage_missing')).toHaveLength(1)
  })

  it.each([
    { input: -1, output: 1 },
    { input: 1.5, output: 1 },
    { input: '1', output: 1 },
    [1, 1],
    null,
  ])('is counted by the tokenizer of the listing when the report is none: %j', async (usage) => {
    const text = 'The quick brown fox jumps over the lazy dog.'
    const answer = await ask('counted', { usage, text })
    const { units } = receiptOf(answer) as { units: { input: number; output: number } }
    expect(units.output).toBe(10)
    expect(units.input).toBeGreaterThan(0)
    expect(await posted()).toMatchObject({
      amount: { amount: costOf(units.input, units.output) },
      unitsFrom: 'tokenizer',
    })
  })

  it('is refused before the server is called when the caller would pay nothing', async () => {
    const meta = { 'io.mcp-orchestra/maxCharge': { amount: '0', asset: 'USD' } }
    const answer = await ask('modern', { usage: { input: 1, output: 1 } }, { meta })
    expect(answer).toMatchObject({ code: 402_003, problem: 'charge.price_changed' })
  })
})

async function casesOf(kind: string) {
  const all = await stage.operator.operations.cases({ state: 'open' }).all()
  return all.filter((one) => one.kind === kind)
}

/** All that a payer has, leased or not, in atto-USD. */
async function wealth(): Promise<bigint> {
  const { available, leased } = await payer.orchestra.balance.get()
  return BigInt(available.amount) + BigInt(leased.amount)
}
