import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  startFixtureServer,
  type FixtureServer,
} from '../../src/fixture-server/start-fixture-server.ts'
import { createV2 } from '../clients/sdk-clients.ts'
import { startTestRelay, type KeyedTarget, type TestRelay } from '../stage/test-relay.ts'
import { askModern, listenModern, TASKS, type ModernAnswer } from './modern-caller.ts'

/** Servers with the same tools: each name is taken twice, and both are renamed. */
let fixtures: readonly FixtureServer[]
let relay: TestRelay
let mcp: KeyedTarget

beforeAll(async () => {
  fixtures = await Promise.all([
    startFixtureServer({ era: 'modern', port: 0 }),
    startFixtureServer({ era: 'modern', port: 0 }),
    startFixtureServer({ era: 'legacy', port: 0 }),
  ])
  const [one, two, old] = fixtures.map(({ url }) => ({ kind: 'http', url, headers: {} }) as const)
  if (one === undefined || two === undefined || old === undefined) throw new Error('three fixtures')
  relay = await startTestRelay({
    one: { era: 'modern', transport: one },
    two: { era: 'modern', transport: two },
    old: { era: 'legacy', transport: old },
  })
  mcp = relay.aggregated
})
afterAll(async () => {
  await relay.close()
  await Promise.all(fixtures.map((fixture) => fixture.close()))
})

async function begin(
  at: KeyedTarget,
  name: string,
  args: Readonly<Record<string, unknown>>,
): Promise<string> {
  const { result, text } = await askModern(at, 'tools/call', { name, arguments: args })
  if (result?.['resultType'] !== 'task') throw new Error(`no task: ${text}`)
  return String(result?.['taskId'])
}

async function finished(at: KeyedTarget, taskId: string): Promise<ModernAnswer> {
  let answer = await askModern(at, 'tasks/get', { taskId })
  await expect
    .poll(async () => {
      answer = await askModern(at, 'tasks/get', { taskId })
      return answer.result?.['status'] ?? answer.text
    })
    .not.toBe('working')
  return answer
}

const JOB = { seconds: 0, label: 'sums' }

describe('tasks at the aggregated endpoint', () => {
  it('are offered to modern clients while a server offers them, and to legacy clients never', async () => {
    const modern = await askModern(mcp, 'server/discover', {})
    expect(modern.result?.['capabilities']).toMatchObject({ extensions: TASKS.extensions })
    const { client, transport } = createV2('legacy', mcp)
    await client.connect(transport)
    expect(JSON.stringify(client.getServerCapabilities())).not.toContain('tasks')
    await client.close()
    const alone = await startTestRelay({
      old: {
        era: 'legacy',
        transport: { kind: 'http', url: fixtures[2]?.url ?? '', headers: {} },
      },
    })
    const none = await askModern(alone.aggregated, 'server/discover', {})
    expect(none.result?.['capabilities']).toHaveProperty('tools')
    expect(JSON.stringify(none.result)).not.toContain('io.modelcontextprotocol/tasks')
    await alone.close()
  })

  it.each(['one', 'two'])(
    'begin by the new name of a tool of %s, and go on there',
    async (alias) => {
      const taskId = await begin(mcp, `${alias}__slow_compute`, JOB)
      const { result } = await finished(mcp, taskId)
      expect(result).toMatchObject({ taskId, status: 'completed' })
      expect(JSON.stringify(result?.['result'])).toContain('computed sums')
    },
  )

  it('of several servers are heard of on one stream, beside the lists, under the ids of the client', async () => {
    const jobs = [
      await begin(mcp, 'one__slow_compute', { seconds: 1, label: 'sums' }),
      await begin(mcp, 'two__slow_compute', { seconds: 1, label: 'more sums' }),
    ]
    const linking = await begin(mcp, 'two__linking_job', { seconds: 1 })
    const taskIds = [...jobs, linking]
    const wish = { toolsListChanged: true, taskIds: [...taskIds, `${linking}~`] }
    const [acknowledged, ...news] = await listenModern(mcp, wish, (heard) => {
      const ended = heard.filter(({ params }) => params['status'] === 'completed')
      return taskIds.every((taskId) => ended.some(({ params }) => params['taskId'] === taskId))
    })
    const honoured = acknowledged?.params['notifications'] as { taskIds: string[] }
    expect(honoured).toMatchObject({ toolsListChanged: true })
    expect(honoured.taskIds.toSorted()).toEqual(taskIds.toSorted())
    const resultOf = (id: string) =>
      news.findLast(({ params }) => params['taskId'] === id)?.params['result']
    expect(JSON.stringify(resultOf(jobs[0] ?? ''))).toContain('computed sums')
    // A result that names resources is fetched, where its URIs lead back to their server.
    expect(resultOf(linking)).toBeUndefined()
  })

  it.each([
    ['one', 'test://~one/static-text'],
    ['two', 'test://~two/static-text'],
  ])('of %s end with links that lead back to it', async (alias, uri) => {
    const { result } = await finished(
      mcp,
      await begin(mcp, `${alias}__linking_job`, { seconds: 0 }),
    )
    expect(result).toMatchObject({ result: { content: [{ type: 'resource_link', uri }] } })
    const read = await askModern(mcp, 'resources/read', { uri })
    expect(read.result).toMatchObject({ contents: [{ uri }] })
  })

  it('are answered and cancelled there', async () => {
    const taskId = await begin(mcp, 'two__confirm_delete', { filename: 'a.txt' })
    const asking = await finished(mcp, taskId)
    expect(asking.result).toMatchObject({ status: 'input_required' })
    const inputResponses = { confirm: { action: 'accept', content: { confirm: true } } }
    expect((await askModern(mcp, 'tasks/update', { taskId, inputResponses })).status).toBe(200)
    expect((await finished(mcp, taskId)).text).toContain('deleted a.txt')
    const long = await begin(mcp, 'one__slow_compute', { seconds: 3_000 })
    expect((await askModern(mcp, 'tasks/cancel', { taskId: long })).status).toBe(200)
    expect((await finished(mcp, long)).result).toMatchObject({ status: 'cancelled', taskId: long })
  })

  it('go on at the endpoint of their server and the other way round, and at no other server', async () => {
    const own = await begin(relay.transparent('one'), 'slow_compute', JOB)
    expect((await finished(mcp, own)).result).toMatchObject({ taskId: own, status: 'completed' })
    const merged = await begin(mcp, 'one__slow_compute', JOB)
    expect((await finished(relay.transparent('one'), merged)).result).toMatchObject({
      taskId: merged,
      status: 'completed',
    })
    const elsewhere = await askModern(relay.transparent('two'), 'tasks/get', { taskId: merged })
    expect([elsewhere.status, elsewhere.error?.code]).toEqual([400, -32_602])
  })

  it('are refused under a changed id, a header that names another, and without the extension', async () => {
    const taskId = await begin(mcp, 'one__slow_compute', JOB)
    const changed = await askModern(mcp, 'tasks/get', { taskId: `${taskId.slice(0, -1)}~` })
    expect([changed.status, changed.error?.code]).toEqual([400, -32_602])
    const headers = { 'mcp-name': `${taskId}x` }
    const misnamed = await askModern(mcp, 'tasks/get', { taskId }, { headers })
    expect([misnamed.status, misnamed.error?.code]).toEqual([400, -32_020])
    const undeclared = await askModern(mcp, 'tasks/get', { taskId }, { capabilities: {} })
    expect([undeclared.status, undeclared.error?.code]).toEqual([400, -32_021])
  })
})

describe('sealed states at the aggregated endpoint', () => {
  const TOOL = 'test_input_required_result_multi_round'
  const ASKED = { elicitation: {} }
  const answers = (key: string, content: object) => ({
    [key]: { action: 'accept', content },
  })

  it('come back at the endpoint of their server too, round after round', async () => {
    const capabilities = ASKED
    const first = await askModern(mcp, 'tools/call', { name: `one__${TOOL}` }, { capabilities })
    expect(first.result).toMatchObject({ resultType: 'input_required' })
    const retry = (at: KeyedTarget, name: string, given: object, before: ModernAnswer) =>
      askModern(
        at,
        'tools/call',
        { name, inputResponses: given, requestState: before.result?.['requestState'] },
        { capabilities },
      )
    const named = answers('step1', { name: 'ada' })
    const wrong = await retry(mcp, `two__${TOOL}`, named, first)
    expect([wrong.status, wrong.error?.code]).toEqual([400, -32_602])
    const second = await retry(relay.transparent('one'), TOOL, named, first)
    expect(second).toMatchObject({ result: { resultType: 'input_required' } })
    const last = await retry(mcp, `one__${TOOL}`, answers('step2', { color: 'blue' }), second)
    expect(last.text).toContain('Favorite color: blue')
  })

  it.each(['one', 'two', 'old'])(
    'the official client is asked by %s as often as it asks',
    async (alias) => {
      const { client, transport } = createV2('modern', mcp, ASKED)
      client.setRequestHandler('elicitation/create', () => ({
        action: 'accept',
        content: { name: 'ada', color: 'blue' },
      }))
      await client.connect(transport)
      const result = await client.callTool({ name: `${alias}__${TOOL}`, arguments: {} })
      expect(JSON.stringify(result.content)).toContain('Favorite color: blue')
      await client.close()
    },
  )
})
