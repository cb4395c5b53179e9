import { setTimeout as pause } from 'node:timers/promises'
import { OrchestraProblem, type UsageEvent } from '@mcp-orchestra/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRawServer, type RawServer } from '../../src/fixture-server/raw-server.ts'
import { startTestPlatform, type Payer, type TestPlatform } from '../stage/test-platform.ts'
import { runPaidLoad, type LoadReport } from './paid-load.ts'
import { createSeededRandom } from './seeded-random.ts'

/** Chosen once; another one is as good. */
const SEED = 20_261_122
/** Calls of each load, and how often a process is killed while it runs. */
const PURCHASES = 240
const KILLS = 4
const TOOL = 'paid'
/** One thousandth of a dollar, in atto-USD. */
const PRICE = 1_000_000_000_000_000n
/** Usage arrives within a batch or two of the last restart. Milliseconds. */
const SETTLED_WITHIN_MS = 30_000
const POLL_MS = 100

let server: RawServer
let stage: TestPlatform

beforeAll(async () => {
  server = await startRawServer({
    era: 'modern',
    script: { [TOOL]: { kind: 'oversized', letters: 3 } },
  })
  stage = await startTestPlatform({
    raw: {
      era: 'modern',
      transport: { kind: 'http', url: server.url, headers: {} },
      prices: { [TOOL]: PRICE.toString() },
    },
  })
})
afterAll(async () => {
  await stage.close()
  await server.close()
})

describe.each([
  { keyed: true, processes: ['gateway-1'] },
  { keyed: true, processes: ['control-plane'] },
  { keyed: false, processes: ['gateway-1', 'control-plane'] },
])('kill -9 of $processes under calls (keyed: $keyed)', ({ keyed, processes }) => {
  let payer: Payer
  let report: LoadReport
  let events: readonly UsageEvent[]
  let killed = 0

  beforeAll(async () => {
    payer = await stage.foundPayer(`payer-${keyed}-${processes.join('-')}`)
    const random = createSeededRandom(SEED)
    const moments = Array.from({ length: KILLS }, () => Math.ceil(random() * PURCHASES * 0.9))
    report = await runPaidLoad({
      target: stage.transparent('raw', payer),
      tool: TOOL,
      purchases: PURCHASES,
      keyed,
      onAcknowledged(count) {
        const turn = moments.indexOf(count)
        if (turn >= 0 && kill(processes[turn % processes.length] ?? '')) killed += 1
      },
    })
    events = await settledUsage(payer, report)
  })

  it('the load met the kills and went on after them', () => {
    expect(killed).toBeGreaterThanOrEqual(KILLS / 2)
    expect(report.acknowledged.length).toBeGreaterThan(PURCHASES / 4)
  })

  it('every acknowledged call is posted once', () => {
    const posted = events.filter((event) => event.disposition === 'posted').map((event) => event.id)
    expect(new Set(posted).size).toBe(posted.length)
    const acknowledged = new Set(report.acknowledged.map(({ eventId }) => eventId))
    expect([...acknowledged].filter((eventId) => !posted.includes(eventId))).toEqual([])
    expect(acknowledged.size).toBe(report.acknowledged.length)
  })

  it('every purchase ends: acknowledged, declared unknown, or broken off without a key', () => {
    const ended = report.acknowledged.length + report.unknown.length + report.brokenOff
    expect(ended).toBe(PURCHASES)
    if (keyed) expect(report.brokenOff).toBe(0)
  })

  it('no purchase is charged twice, and nobody pays for what was not bought', async () => {
    const charged = events.filter(
      (event) => event.disposition === 'posted' && event.amount.amount !== '0',
    )
    const purchases = charged.flatMap((event) => event.purchaseId ?? [])
    expect(new Set(purchases).size).toBe(purchases.length)
    expect(purchases.length).toBe(keyed ? charged.length : 0)
    expect(charged.length).toBeLessThanOrEqual(PURCHASES)

    const { available, leased } = await payer.orchestra.balance.get()
    const left = BigInt(available.amount) + BigInt(leased.amount)
    expect(left).toBe(100_000n * PRICE - BigInt(charged.length) * PRICE)
  })

  it('the books sum to zero', async () => {
    const trial = await stage.operator.ledger.trialBalance()
    expect(trial.sums.map((sum) => sum.difference)).toEqual(trial.sums.map(() => '0'))
    expect(trial.differences).toEqual([])
  })
})

/** Kills a process of the platform; false when it is down at this moment anyway. */
function kill(name: string): boolean {
  const found = stage.platform.processes().find((each) => each.name === name)
  return found !== undefined && process.kill(found.pid, 'SIGKILL')
}

/** All usage of a payer, once every acknowledged event is in it. */
async function settledUsage(payer: Payer, report: LoadReport): Promise<UsageEvent[]> {
  const signal = AbortSignal.timeout(SETTLED_WITHIN_MS)
  for (;;) {
    const events = await usageOf(payer)
    const known = new Set(events.map((event) => event.id))
    const missing = report.acknowledged.filter(({ eventId }) => !known.has(eventId))
    if (missing.length === 0) return events
    if (signal.aborted) throw new Error(`${missing.length} acknowledged calls never arrived`)
    await pause(POLL_MS)
  }
}

/** The usage that the control plane knows; nothing while it is on its way up. */
async function usageOf(payer: Payer): Promise<UsageEvent[]> {
  try {
    return await payer.orchestra.usage.list({ limit: 100 }).all()
  } catch (error) {
    if (error instanceof OrchestraProblem) return []
    throw error
  }
}
