import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRawServer, type RawServer } from '../../src/fixture-server/raw-server.ts'
import { plainCall } from '../lossless/plain-call.ts'
import { startTestPlatform, type Payer, type TestPlatform } from '../stage/test-platform.ts'
import { modernHeaders, postRaw } from '../wire/raw-client.ts'
import { readRpcAnswer, type RpcAnswer } from '../wire/rpc-answer.ts'
import { FAULTS, RESULT_BYTES_MAX } from './upstream-fault-table.ts'

/** Fifty dollars, in atto-USD: two calls empty a payer of a hundred. */
const DEAR = '50000000000000000000'
const CHEAP = '1000000000000000'
/** How long a revoked key may still work (spending §7.20). Milliseconds. */
const REVOKED_WITHIN_MS = 1_000

let server: RawServer
let stage: TestPlatform

beforeAll(async () => {
  const script = {
    ...Object.fromEntries(Object.entries(FAULTS).map(([tool, { reply }]) => [tool, reply])),
    works: { kind: 'oversized', letters: 5 },
    dear: { kind: 'oversized', letters: 5 },
    waits: { kind: 'hang' },
  } as const
  server = await startRawServer({ era: 'modern', script })
  stage = await startTestPlatform({
    raw: {
      era: 'modern',
      transport: { kind: 'http', url: server.url },
      limits: { resultBytesMax: RESULT_BYTES_MAX, callTimeoutMs: 1_000 },
      prices: Object.fromEntries(
        Object.keys(script).map((tool) => [tool, tool === 'dear' ? DEAR : CHEAP]),
      ),
    },
    patient: { era: 'modern', transport: { kind: 'http', url: server.url } },
  })
})
afterAll(async () => {
  await stage.close()
  await server.close()
})

async function call(tool: string, payer: Pick<Payer, 'apiKey'>, alias = 'raw'): Promise<RpcAnswer> {
  const { text } = plainCall('modern', tool, { id: '1', token: '1' })
  return readRpcAnswer(
    await postRaw(stage.transparent(alias, payer), text, modernHeaders('tools/call', tool)),
  )
}

/** All that a payer has, leased or not, in atto-USD. */
async function wealthOf(payer: Payer): Promise<bigint> {
  const { available, leased } = await payer.orchestra.balance.get()
  return BigInt(available.amount) + BigInt(leased.amount)
}

describe('money', () => {
  it('a call that the server fails costs nothing, whatever the fault; one that works costs its price', async () => {
    const payer = await stage.foundPayer('faults')
    const before = await wealthOf(payer)
    for (const [tool, { problem }] of Object.entries(FAULTS)) {
      expect((await call(tool, payer)).problem).toBe(problem)
    }
    const paid = await call('works', payer)
    expect(paid.status).toBe(200)
    await expect.poll(() => wealthOf(payer), { timeout: 10_000 }).toBe(before - BigInt(CHEAP))
    const usage = await payer.orchestra.usage.list().all()
    expect(Object.fromEntries(usage.map(({ tool, amount }) => [tool, amount.amount]))).toEqual({
      ...Object.fromEntries(Object.keys(FAULTS).map((tool) => [tool, '0'])),
      works: CHEAP,
    })
    expect(usage).toHaveLength(Object.keys(FAULTS).length + 1)
  })

  it('a call that the balance does not cover is refused before the server hears of it', async () => {
    const payer = await stage.foundPayer('poor')
    expect([(await call('dear', payer)).status, (await call('dear', payer)).status]).toEqual([
      200, 200,
    ])
    const heard = server.arrivals.length
    const answer = await call('dear', payer)
    expect(answer).toMatchObject({
      status: 402,
      code: 402_001,
      problem: 'charge.insufficient_funds',
    })
    expect(server.arrivals.length).toBe(heard)
    await expect.poll(() => wealthOf(payer), { timeout: 10_000 }).toBe(0n)
  })

  it('the books sum to zero', async () => {
    const trial = await stage.operator.ledger.trialBalance()
    expect(trial.balanced).toBe(true)
  })
})

describe('a revoked key', () => {
  it('is refused within a second, and its running call is ended', async () => {
    const payer = await stage.foundPayer('revoked')
    const { key, secret } = await payer.orchestra.users.issueAPIKey(
      'organization',
      ['tools:call'],
      {
        name: 'short-lived',
      },
    )
    const holder = { apiKey: secret }
    expect((await call('works', holder)).status).toBe(200)
    const heard = server.arrivals.length
    const running = call('waits', holder, 'patient')
    await expect.poll(() => server.arrivals.length).toBeGreaterThan(heard)
    const startedMs = performance.now()
    await payer.orchestra.users.revokeKey(key.id)
    expect((await call('works', holder)).status).toBe(401)
    expect((await running).problem).toBe('authorize.key_invalid')
    expect(performance.now() - startedMs).toBeLessThan(REVOKED_WITHIN_MS)
  })

  it('leaves no secret in any log', async () => {
    const payer = await stage.foundPayer('quiet')
    await call('works', payer)
    await call('garbles', payer)
    const logs = await Promise.all(
      ['gateway-1', 'control-plane'].map((name) =>
        readFile(path.join(stage.platform.dataDir, 'logs', `${name}.log`), 'utf8'),
      ),
    )
    for (const log of logs) {
      expect(log).not.toContain(payer.apiKey)
      expect(log).not.toContain(stage.platform.apiKey)
      expect(log).not.toMatch(/mcpo_(live|test)_[0-9A-Za-z]{20}/)
    }
  })
})
