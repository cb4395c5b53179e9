import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRawServer, type RawServer } from '../../src/fixture-server/raw-server.ts'
import { plainCall } from '../lossless/plain-call.ts'
import { createTerminal } from '../sdk-and-cli/terminal.ts'
import { startTestPlatform, type Payer, type TestPlatform } from '../stage/test-platform.ts'
import { modernHeaders, postRaw } from '../wire/raw-client.ts'
import { readRpcAnswer, type RpcAnswer } from '../wire/rpc-answer.ts'

/** One tenth of a cent, in atto-USD, and in dollars. */
const PRICE = '1000000000000000'
const usd = (calls: number) => (calls / 1_000).toString()
/** How long a gateway may take to hear of a stop (spending §7.20). Milliseconds. */
const STOPPED_WITHIN_MS = 1_000
/** Far above what a run of this file takes. Milliseconds. */
const FILE_MS_MAX = 240_000

let server: RawServer
let stage: TestPlatform

beforeAll(async () => {
  server = await startRawServer({
    era: 'modern',
    script: {
      works: { kind: 'oversized', letters: 5 },
      free: { kind: 'oversized', letters: 5 },
      waits: { kind: 'hang' },
    },
  })
  stage = await startTestPlatform(
    {
      raw: {
        era: 'modern',
        transport: { kind: 'http', url: server.url },
        prices: { works: PRICE, waits: PRICE },
      },
    },
    { gateways: 2 },
  )
}, FILE_MS_MAX)
afterAll(async () => {
  await stage.close()
  await server.close()
})

async function call(
  tool: string,
  holder: Pick<Payer, 'apiKey'>,
  session?: string,
): Promise<RpcAnswer> {
  const { text } = plainCall('modern', tool, { id: '1', token: '1' })
  const named =
    session === undefined
      ? text
      : text.replace(
          '"progressToken"',
          `"io.mcp-orchestra/session":${JSON.stringify(session)},"progressToken"`,
        )
  return readRpcAnswer(
    await postRaw(stage.transparent('raw', holder), named, modernHeaders('tools/call', tool)),
  )
}

/** Calls at once over connections of their own, which the two gateways share; how many were served. */
async function served(
  count: number,
  holder: Pick<Payer, 'apiKey'>,
  session?: string,
): Promise<number> {
  const answers = await Promise.all(
    Array.from({ length: count }, () => call('works', holder, session)),
  )
  const problems = answers.flatMap(({ problem }) => problem ?? [])
  // While money is on its way between two gateways, a call may be told to come again; it never overshoots.
  for (const problem of problems) {
    expect(['charge.cap_exceeded', 'charge.lease_unavailable']).toContain(problem)
  }
  return answers.length - problems.length
}

/** Calls until a cap, and nothing else, refuses; how many were served in all. */
async function spendAll(holder: Pick<Payer, 'apiKey'>, session?: string): Promise<number> {
  let sum = await served(24, holder, session)
  for (let tries = 0; tries < 40; tries += 1) {
    const { problem } = await call('works', holder, session)
    if (problem === undefined) sum += 1
    else if (problem === 'charge.cap_exceeded') return sum
  }
  return sum
}

async function agentOf(payer: Payer, name: string): Promise<{ id: string; apiKey: string }> {
  const agent = await payer.orchestra.budgets.agents.create(name)
  const { secret } = await payer.orchestra.users.issueAPIKey('organization', ['tools:call'], {
    name,
    agentId: agent.id,
  })
  return { id: agent.id, apiKey: secret }
}

describe('two gateways under one cap', () => {
  it('an agent spends its cap to the last call and not one more, whatever is sent at once', async () => {
    const payer = await stage.foundPayer('agent')
    const agent = await agentOf(payer, 'crawler')
    await payer.orchestra.budgets.set({ of: agent.id, window: 'day', usd: usd(7) })
    expect(await spendAll(agent)).toBe(7)
    expect(await call('works', payer)).toMatchObject({ status: 200, problem: undefined })
    expect(await call('free', agent)).toMatchObject({ problem: undefined })
  })

  it('each session spends its own, and calls that name none are one session', async () => {
    const payer = await stage.foundPayer('session')
    await payer.orchestra.budgets.set({ eachSession: true, window: 'total', usd: usd(3) })
    const [one, two, unnamed] = await Promise.all([
      spendAll(payer, 'chat'),
      spendAll(payer, 'other chat'),
      spendAll(payer),
    ])
    expect([one, two, unnamed]).toEqual([3, 3, 3])
  })

  it('a call above its ceiling is refused before the server hears of it', async () => {
    const payer = await stage.foundPayer('ceiling')
    await payer.orchestra.budgets.set({ window: 'call', usd: '0.0009' })
    const heard = server.arrivals.length
    expect(await call('works', payer)).toMatchObject({
      status: 402,
      code: 402_002,
      problem: 'charge.cap_exceeded',
    })
    expect(server.arrivals.length).toBe(heard)
  })
})

describe('the stop button', () => {
  it('ends what runs on every gateway within a second, refuses what comes, and leaves the rest alone', async () => {
    const payer = await stage.foundPayer('stopped')
    const agent = await agentOf(payer, 'runaway')
    const heard = server.arrivals.length
    const running = Array.from({ length: 8 }, () => call('waits', agent))
    await expect.poll(() => server.arrivals.length).toBeGreaterThanOrEqual(heard + 8)

    const startedMs = performance.now()
    const { stop, pendingGateways } = await payer.orchestra.stops.stop({
      of: agent.id,
      reason: 'it loops',
    })
    expect(performance.now() - startedMs).toBeLessThan(STOPPED_WITHIN_MS)
    expect(pendingGateways).toEqual([])

    for (const { problem } of await Promise.all(running)) {
      expect(problem).toBe('charge.spending_stopped')
    }
    expect(await call('works', agent)).toMatchObject({ status: 403, code: 403_003 })
    expect((await call('free', agent)).problem).toBeUndefined()
    expect((await call('works', payer)).problem).toBeUndefined()

    await payer.orchestra.stops.resume(stop.id)
    expect((await call('works', agent)).problem).toBeUndefined()
    const spent = async () => {
      const { available, leased } = await payer.orchestra.balance.get()
      return 100n * 10n ** 18n - BigInt(available.amount) - BigInt(leased.amount)
    }
    await expect.poll(spent, { timeout: 20_000 }).toBe(2n * BigInt(PRICE))
  })

  it('of an operator is not lifted by the organization', async () => {
    const payer = await stage.foundPayer('suspected')
    const { organizationId } = payer
    const { stop } = await stage.operator.stops.stop({ organizationId, reason: 'fraud' })
    expect((await call('works', payer)).problem).toBe('charge.spending_stopped')
    await expect(payer.orchestra.stops.resume(stop.id)).rejects.toMatchObject({
      code: 'payments.stop_by_operator',
    })
    await stage.operator.stops.resume(stop.id)
    expect((await call('works', payer)).problem).toBeUndefined()
  })
})

describe('a mandate', () => {
  it('bounds what its agent buys on both gateways, and every purchase names it', async () => {
    const payer = await stage.foundPayer('mandated')
    const agent = await agentOf(payer, 'buyer')
    const { mandate } = await payer.orchestra.mandates.give({
      name: 'five calls',
      principalId: agent.id,
      usd: usd(5),
      perCallUsd: usd(1),
      expiresInSeconds: 3_600,
    })
    expect(await spendAll(agent)).toBe(5)
    const posted = async () => {
      const events = await payer.orchestra.usage.list().all()
      return events.filter(({ amount }) => amount.amount !== '0')
    }
    await expect.poll(async () => (await posted()).length, { timeout: 20_000 }).toBe(5)
    for (const { mandateId } of await posted()) expect(mandateId).toBe(mandate.id)
    const [{ id: eventId } = { id: '' }] = await posted()
    expect((await payer.orchestra.receipts.get(eventId)).receipt.mandateId).toBe(mandate.id)
    expect(await payer.orchestra.mandates.get(mandate.id)).toMatchObject({
      used: { amount: mandate.limit.amount },
    })
  })

  it('that is revoked ends what is being bought under it, and frees nobody', async () => {
    const payer = await stage.foundPayer('revoking')
    const agent = await agentOf(payer, 'buyer')
    const { mandate } = await payer.orchestra.mandates.give({
      name: 'short',
      principalId: agent.id,
      usd: '1',
      expiresInSeconds: 3_600,
    })
    const heard = server.arrivals.length
    const running = call('waits', agent)
    await expect.poll(() => server.arrivals.length).toBeGreaterThan(heard)
    const { pendingGateways } = await payer.orchestra.mandates.revoke(mandate.id)
    expect(pendingGateways).toEqual([])
    expect((await running).problem).toBe('charge.mandate_revoked')
    expect(await call('works', agent)).toMatchObject({ status: 403, code: 403_004 })
    expect((await call('works', payer)).problem).toBeUndefined()
  })
})

describe('in a terminal', () => {
  it('mandates are given, shown and revoked', async () => {
    const payer = await stage.foundPayer('terminal-mandates')
    const orchestra = createTerminal(stage.platform, payer.apiKey)
    const agent = await agentOf(payer, 'buyer')
    const given = await orchestra(['mandates', 'give', agent.id, '5', '--per-call', '0.5'])
    expect(given.out).toContain(`${agent.id}  *`)
    const id = /mdt_\w+/.exec(given.out)?.[0] ?? given.err
    for (const args of [
      ['mandates'],
      ['mandates', 'show', id],
      ['mandates', 'list', '--of', agent.id],
    ]) {
      expect((await orchestra(args)).out).toContain(id)
    }
    expect((await orchestra(['mandates', 'revoke', id])).out).toBe(`${id} is revoked.\n`)
    expect((await orchestra(['mandates'])).out).toContain('revoked')
  })

  it('budgets, agents and stops are made, shown and lifted', async () => {
    const payer = await stage.foundPayer('terminal')
    const orchestra = createTerminal(stage.platform, payer.apiKey)
    const made = await orchestra(['agents', 'create', 'writer'])
    const agent = /^(agt_\w+) "writer"\n$/.exec(made.out)?.[1] ?? made.err
    expect((await orchestra(['agents'])).out).toContain(agent)
    const set = await orchestra(['budgets', 'set', '2', '--each-session', '--for', agent])
    expect(set.out).toMatch(new RegExp(`cap_\\w+ +each session of ${agent} +total +2 USD +0 USD`))
    const cap = /cap_\w+/.exec(set.out)?.[0] ?? set.err
    expect((await orchestra(['budgets', 'change', cap, '3'])).out).toContain('3 USD')
    expect((await orchestra(['budgets', 'remove', cap])).out).toBe(`${cap} is lifted.\n`)
    const stopped = await orchestra(['stop', agent, '--reason', 'too fast'])
    expect(stopped.out).toMatch(/is stopped; every connected gateway knows\.\n$/)
    const stop = /stp_\w+/.exec(stopped.out)?.[0] ?? stopped.err
    expect((await orchestra(['stops'])).out).toContain('too fast')
    expect((await orchestra(['resume', stop])).out).toContain('is resumed')
    expect((await orchestra(['agents', 'remove', agent])).out).toBe('writer is removed.\n')
  })
})

it('the books sum to zero', async () => {
  expect((await stage.operator.ledger.trialBalance()).balanced).toBe(true)
})
