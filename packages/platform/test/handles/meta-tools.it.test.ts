import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Client } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  startFixtureServer,
  type FixtureServer,
} from '../../src/fixture-server/start-fixture-server.ts'
import { createV2, textOf } from '../clients/sdk-clients.ts'
import { startTestRelay, type KeyedTarget, type TestRelay } from '../stage/test-relay.ts'
import { askModern, TASKS } from './modern-caller.ts'

const CAPABILITIES = { sampling: {}, elicitation: {}, roots: { listChanged: true } }

let directory: string
let cancelledLog: string
let fixtures: readonly FixtureServer[]
let relay: TestRelay
let target: KeyedTarget

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'meta-tools-'))
  cancelledLog = path.join(directory, 'cancelled')
  fixtures = await Promise.all([
    startFixtureServer({ era: 'modern', port: 0, cancelledLog }),
    startFixtureServer({ era: 'legacy', port: 0, cancelledLog }),
  ])
  const [young, old] = fixtures.map(({ url }) => ({ kind: 'http', url, headers: {} }) as const)
  if (young === undefined || old === undefined) throw new Error('two fixtures')
  relay = await startTestRelay({
    young: { era: 'modern', transport: young },
    old: { era: 'legacy', transport: old },
  })
  const { url, apiKey } = relay.aggregated
  target = { url: url.replace(/\/mcp$/, '/t/mcp'), apiKey }
})
afterAll(async () => {
  await relay.close()
  await Promise.all(fixtures.map((fixture) => fixture.close()))
  await rm(directory, { recursive: true, force: true })
})

async function withClient(
  era: 'legacy' | 'modern',
  use: (client: Client) => Promise<void>,
): Promise<void> {
  const { client, transport } = createV2(era, target, CAPABILITIES)
  client.setRequestHandler('sampling/createMessage', () => ({
    role: 'assistant',
    model: 'test-model',
    content: { type: 'text', text: 'sampled' },
  }))
  client.setRequestHandler('elicitation/create', () => ({
    action: 'accept',
    content: { name: 'ada', ok: true, color: 'blue' },
  }))
  client.setRequestHandler('roots/list', () => ({ roots: [{ uri: 'file:///a-root' }] }))
  await client.connect(transport)
  try {
    await use(client)
  } finally {
    await client.close()
  }
}

/** What `call_tool` is given for a tool of one of the two servers. */
const named = (alias: string, tool: string, args: object = {}) => ({
  name: 'call_tool',
  arguments: { name: `${alias}__${tool}`, arguments: args },
})

/** How long a call waits at its server in these tests, in milliseconds: each its own, so that the log tells them apart. */
const WAITS = {
  'modern young': 50_001,
  'modern old': 50_002,
  'legacy young': 50_003,
  'legacy old': 50_004,
}

describe.each([
  ['modern', 'young'],
  ['modern', 'old'],
  ['legacy', 'young'],
  ['legacy', 'old'],
] as const)('call_tool of a %s client for a tool of server %s', (era, alias) => {
  it.each([
    ['test_input_required_result_request_state', 'state-ok'],
    ['test_input_required_result_multi_round', 'Favorite color: blue'],
    ['test_input_required_result_multiple_inputs', 'sampled ada (1 roots)'],
  ])('carries what %s asks, and the answers', async (tool, says) => {
    await withClient(era, async (client) => {
      const { content } = await client.callTool(named(alias, tool))
      expect(textOf(content)).toContain(says)
    })
  })

  it('carries progress, in order', async () => {
    await withClient(era, async (client) => {
      const seen: number[] = []
      await client.callTool(named(alias, 'test_tool_with_progress'), {
        onprogress: ({ progress }) => void seen.push(progress),
      })
      expect(seen).toEqual([0, 50, 100])
    })
  })

  it('cancels the call at the server', async () => {
    await withClient(era, async (client) => {
      const ms = WAITS[`${era} ${alias}`]
      const leaving = new AbortController()
      const call = client.callTool(named(alias, 'test_wait', { ms }), {
        signal: leaving.signal,
        onprogress: () => leaving.abort(),
      })
      await expect(call).rejects.toThrow(/abort|cancel/i)
      await expect.poll(() => readFile(cancelledLog, 'utf8').catch(() => '')).toContain(`${ms}\n`)
    })
  })
})

describe('a sealed handle given at call_tool', () => {
  it('of a call goes with that tool alone', async () => {
    const capabilities = { elicitation: {} }
    const tool = 'test_input_required_result_request_state'
    const ask = (params: object) => askModern(target, 'tools/call', { ...params }, { capabilities })
    const first = await ask(named('young', tool))
    const requestState = first.result?.['requestState']
    const inputResponses = { confirm: { action: 'accept', content: { ok: true } } }
    const other = named('young', 'test_input_required_result_tampered_state')
    const wrong = await ask({ ...other, requestState, inputResponses })
    expect([wrong.status, wrong.error?.code]).toEqual([400, -32_602])
    const right = await ask({ ...named('young', tool), requestState, inputResponses })
    expect(right.text).toContain('state-ok')
  })

  it('of a task is fetched here and at the other endpoints', async () => {
    const discovered = await askModern(target, 'server/discover', {})
    expect(discovered.result?.['capabilities']).toMatchObject({ extensions: TASKS.extensions })
    const begun = await askModern(
      target,
      'tools/call',
      named('young', 'slow_compute', { seconds: 0 }),
    )
    const taskId = begun.result?.['taskId']
    for (const at of [target, relay.aggregated, relay.transparent('young')]) {
      await expect
        .poll(async () => (await askModern(at, 'tasks/get', { taskId })).result)
        .toMatchObject({ taskId, status: 'completed' })
    }
  })
})
