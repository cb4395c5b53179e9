import type { Agent } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  startFixtureServer,
  type FixtureServer,
} from '../../src/fixture-server/start-fixture-server.ts'
import { startTestPlatform, type Payer, type TestPlatform } from '../stage/test-platform.ts'
import type { KeyedTarget } from '../stage/test-relay.ts'
import { askModern, connectTo, type AskOptions, type ModernAnswer } from './modern-caller.ts'

/** A thousandth of a dollar, and sixty dollars: a payer has a hundred. In atto-USD. */
const CHEAP = '1000000000000000'
const DEAR = '60000000000000000000'
const RAISED_USD = '0.005'
/** A price may rise when no gateway can have missed it any more. Short, so that the test need not wait. Milliseconds. */
const MAX_STALE_MS = 5_000
/** Journals are shipped and posted in batches; a busy machine takes its time. Milliseconds. */
const POSTED_WITHIN_MS = 20_000
/** A killed gateway is started anew. Milliseconds. */
const BACK_WITHIN_MS = 30_000

const ASKING = 'test_input_required_result_request_state'
const ELICITS = { elicitation: {} }
const CONFIRMED = { action: 'accept', content: { ok: true } }

let fixtures: readonly FixtureServer[]
let stage: TestPlatform
/** One connection to each of the two gateways. */
const ways: Agent[] = []
const slots: string[] = []
let payer: Payer
let payers = 0

beforeAll(async () => {
  fixtures = await Promise.all([
    startFixtureServer({ era: 'modern', port: 0 }),
    startFixtureServer({ era: 'legacy', port: 0 }),
  ])
  const [young, old] = fixtures.map(({ url }) => ({ kind: 'http', url, headers: {} }) as const)
  if (young === undefined || old === undefined) throw new Error('two fixtures')
  const jobs = ['slow_compute', 'failing_job', 'protocol_error_job', ASKING]
  const prices = Object.fromEntries(jobs.map((tool) => [tool, CHEAP]))
  stage = await startTestPlatform(
    {
      young: { era: 'modern', transport: young, prices },
      dear: { era: 'modern', transport: young, prices: { slow_compute: DEAR } },
      old: { era: 'legacy', transport: old, prices: { [ASKING]: CHEAP } },
    },
    {
      gateways: 2,
      env: {
        ORCHESTRA_MAX_STALE_MS: String(MAX_STALE_MS),
        ORCHESTRA_PRICE_RISE_NOTICE_DAYS: '0',
      },
    },
  )
  payer = await stage.foundPayer('connecting')
  while (ways.length < 2) {
    const { agent, slot } = await connectTo(stage.transparent('old', payer))
    if (slots.includes(slot)) agent.destroy()
    else {
      ways.push(agent)
      slots.push(slot)
    }
  }
})
afterAll(async () => {
  for (const agent of ways) agent.destroy()
  await stage.close()
  await Promise.all(fixtures.map((fixture) => fixture.close()))
})
beforeEach(async () => {
  payers += 1
  payer = await stage.foundPayer(`payer-${payers}`)
})

/** All that a payer has, leased or not, in atto-USD. */
async function wealth(): Promise<bigint> {
  const { available, leased } = await payer.orchestra.balance.get()
  return BigInt(available.amount) + BigInt(leased.amount)
}

/** What was recorded of the payer's calls, oldest first, once there are as many as expected. */
async function usage(count: number): Promise<{ outcome: string; amount: string }[]> {
  const read = () => payer.orchestra.usage.list().all()
  await expect.poll(async () => (await read()).length, { timeout: POSTED_WITHIN_MS }).toBe(count)
  return (await read())
    .map(({ outcome, amount }) => ({ outcome, amount: amount.amount }))
    .toReversed()
}

async function begin(
  at: KeyedTarget,
  name: string,
  args: object = {},
  options: AskOptions = {},
): Promise<string> {
  const { result, text } = await askModern(at, 'tools/call', { name, arguments: args }, options)
  if (result?.['resultType'] !== 'task') throw new Error(`no task: ${text}`)
  return String(result?.['taskId'])
}

const NOW = { seconds: 0 }

/** `tasks/get` until it is no longer at work. */
async function fetchEnd(
  at: KeyedTarget,
  taskId: string,
  options: AskOptions = {},
): Promise<ModernAnswer> {
  let answer = await askModern(at, 'tasks/get', { taskId }, options)
  while (answer.result?.['status'] === 'working')
    answer = await askModern(at, 'tasks/get', { taskId }, options)
  return answer
}

function receiptOf({ result }: ModernAnswer): unknown {
  const meta = result?.['_meta'] as Readonly<Record<string, unknown>> | undefined
  return meta?.['io.mcp-orchestra/receipt']
}

describe('a task of a priced tool', () => {
  it('begins free, is paid once when its result is fetched first, and fetched again for nothing', async () => {
    const before = await wealth()
    const at = stage.aggregated(payer)
    const taskId = await begin(at, 'young__slow_compute', NOW)
    const first = await fetchEnd(at, taskId)
    expect(first.result).toMatchObject({ status: 'completed', taskId })
    expect(receiptOf(first)).toMatchObject({ charged: { amount: CHEAP, asset: 'USD' } })
    for (const agent of [...ways, ...ways]) {
      const again = await askModern(at, 'tasks/get', { taskId }, { agent })
      expect(again.result?.['result']).toEqual(first.result?.['result'])
      expect(receiptOf(again)).toMatchObject({ repeated: true })
    }
    await expect.poll(() => wealth(), { timeout: POSTED_WITHIN_MS }).toBe(before - BigInt(CHEAP))
    expect(await usage(2)).toEqual([
      { outcome: 'task_created', amount: '0' },
      { outcome: 'complete', amount: CHEAP },
    ])
  })

  it('fetched first at two gateways at once, that did not begin it, is paid once', async () => {
    const at = stage.transparent('young', payer)
    const taskIds = await Promise.all(
      [0, 1, 0, 1].map((way) => begin(at, 'slow_compute', NOW, { agent: agentAt(way) })),
    )
    const fetched = await Promise.all(
      taskIds.flatMap((taskId) => ways.map((agent) => fetchEnd(at, taskId, { agent }))),
    )
    for (const answer of fetched) expect(answer).toMatchObject({ result: { status: 'completed' } })
    const charged = fetched.filter(
      (answer) => !JSON.stringify(receiptOf(answer)).includes('repeated'),
    )
    expect(charged).toHaveLength(taskIds.length)
    const all = await usage(2 * taskIds.length)
    expect(all.filter(({ amount }) => amount === CHEAP)).toHaveLength(taskIds.length)
  })

  it('that fails, ends in a tool error or is cancelled costs nothing', async () => {
    const at = stage.transparent('young', payer)
    const before = await wealth()
    const broken = await begin(at, 'protocol_error_job')
    const failed = await begin(at, 'failing_job')
    const long = await begin(at, 'slow_compute', { seconds: 3_000 })
    await askModern(at, 'tasks/cancel', { taskId: long })
    expect((await fetchEnd(at, broken)).result).toMatchObject({ status: 'failed' })
    expect((await fetchEnd(at, failed)).result).toMatchObject({ result: { isError: true } })
    expect((await fetchEnd(at, long)).result).toMatchObject({ status: 'cancelled' })
    const all = await usage(4)
    expect(all.map(({ amount }) => amount)).toEqual(['0', '0', '0', '0'])
    expect(await wealth()).toBe(before)
  })

  it('is withheld without funds, and delivered after a top-up', async () => {
    const at = stage.transparent('dear', payer)
    const [one, two] = [await begin(at, 'slow_compute', NOW), await begin(at, 'slow_compute', NOW)]
    expect((await fetchEnd(at, one)).result).toMatchObject({ status: 'completed' })
    const refused = await fetchEnd(at, two)
    expect([refused.status, refused.error?.code]).toEqual([402, 402_001])
    expect(refused.text).not.toContain('computed')
    const { organizationId } = payer
    await stage.operator.balance.topUp(organizationId, '50', { idempotencyKey: 'more' })
    await expect
      .poll(async () => (await fetchEnd(at, two)).text, { timeout: POSTED_WITHIN_MS })
      .toContain('computed')
    await expect
      .poll(() => wealth(), { timeout: POSTED_WITHIN_MS })
      .toBe(30_000_000_000_000_000_000n)
  })

  it('belongs to the principal that began it', async () => {
    const taskId = await begin(stage.aggregated(payer), 'young__slow_compute', NOW)
    const stranger = await stage.foundPayer('stranger')
    const methods = ['tasks/get', 'tasks/cancel', 'tasks/update']
    for (const method of methods) {
      const answer = await askModern(stage.aggregated(stranger), method, { taskId })
      expect([answer.status, answer.error?.code]).toEqual([400, -32_602])
    }
  })
})

describe('a call of a priced tool that asks for input', () => {
  it('costs what it cost when it began, whatever the price has become', async () => {
    const at = stage.transparent('young', payer)
    const first = await askModern(at, 'tools/call', { name: ASKING }, { capabilities: ELICITS })
    expect(first).toMatchObject({ result: { resultType: 'input_required' } })
    await stage.operator.prices.set('young', ASKING, RAISED_USD)
    for (const agent of ways) {
      await expect
        .poll(async () => (await askModern(at, 'tools/list', {}, { agent })).text, {
          timeout: POSTED_WITHIN_MS,
        })
        .toContain('"5000000000000000"')
    }
    const last = await answerAt(at, first, ways[1])
    expect(last.text).toContain('state-ok')
    expect(receiptOf(last)).toMatchObject({ charged: { amount: CHEAP } })
    const anew = await askModern(at, 'tools/call', { name: ASKING }, { capabilities: ELICITS })
    const dearer = await answerAt(at, anew, ways[0])
    expect(receiptOf(dearer)).toMatchObject({ charged: { amount: '5000000000000000' } })
    expect(await usage(4)).toEqual([
      { outcome: 'input_required', amount: '0' },
      { outcome: 'complete', amount: CHEAP },
      { outcome: 'input_required', amount: '0' },
      { outcome: 'complete', amount: '5000000000000000' },
    ])
  })
})

describe('a call that waits at the gateway of a legacy server', () => {
  const park = (agent: Agent | undefined): Promise<ModernAnswer> =>
    askModern(
      stage.transparent('old', payer),
      'tools/call',
      { name: ASKING },
      { capabilities: ELICITS, ...(agent === undefined ? {} : { agent }) },
    )

  it('goes on from the other gateway, and is paid once', async () => {
    const before = await wealth()
    for (const [way, other] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const parked = await park(agentAt(way))
      expect(parked).toMatchObject({ result: { resultType: 'input_required' } })
      const last = await answerAt(stage.transparent('old', payer), parked, agentAt(other))
      expect(last.text).toContain('state-ok')
      const again = await answerAt(stage.transparent('old', payer), parked, agentAt(other))
      expect(again.error?.code).toBe(-32_602)
    }
    await expect
      .poll(() => wealth(), { timeout: POSTED_WITHIN_MS })
      .toBe(before - 2n * BigInt(CHEAP))
  })

  it('whose gateway is gone ends in an error that says so, and costs nothing', async () => {
    const before = await wealth()
    const parked = await park(agentAt(0))
    expect(parked).toMatchObject({ result: { resultType: 'input_required' } })
    const pid = stage.platform.processes().find(({ name }) => name === slots[0])?.pid
    process.kill(pid ?? 0, 'SIGKILL')
    const at = stage.transparent('old', payer)
    const answers: ModernAnswer[] = []
    await expect
      .poll(
        async () => {
          const answer = await answerAt(at, parked, agentAt(1))
          answers.push(answer)
          return answer.status
        },
        { timeout: BACK_WITHIN_MS },
      )
      .not.toBe(503)
    const said = answers.map(({ status, text }) => `${status} ${text}`)
    for (const each of said) expect(each).toMatch(/^503 .*"retryable":true|-32602.*requestState/)
    const calls = async (): Promise<string[]> =>
      (await payer.orchestra.usage.list().all()).map(({ amount }) => amount.amount)
    await expect.poll(calls, { timeout: POSTED_WITHIN_MS }).toContain('0')
    expect(new Set(await calls())).toEqual(new Set(['0']))
    await expect.poll(() => wealth(), { timeout: POSTED_WITHIN_MS }).toBe(before)
  })
})

it('the books sum to zero', async () => {
  expect((await stage.operator.ledger.trialBalance()).balanced).toBe(true)
})

function agentAt(way: number): Agent {
  const agent = ways[way]
  if (agent === undefined) throw new Error('two gateways')
  return agent
}

function answerAt(
  at: KeyedTarget,
  { result }: ModernAnswer,
  agent: Agent | undefined,
): Promise<ModernAnswer> {
  // Where a legacy server asks, the gateway names the questions.
  const asked = Object.keys(result?.['inputRequests'] ?? {})
  const inputResponses = Object.fromEntries(asked.map((key) => [key, CONFIRMED]))
  return askModern(
    at,
    'tools/call',
    { name: ASKING, inputResponses, requestState: result?.['requestState'] },
    { capabilities: ELICITS, ...(agent === undefined ? {} : { agent }) },
  )
}
