import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  startFixtureServer,
  type FixtureServer,
} from '../../src/fixture-server/start-fixture-server.ts'
import { startTestPlatform, type Payer, type TestPlatform } from '../stage/test-platform.ts'
import { askModern } from './modern-caller.ts'

/** Two spans of the gateway's reports, in milliseconds, on a busy machine. */
const REPORTED_MS = 20_000

let fixture: FixtureServer
let stage: TestPlatform
let payer: Payer
let stranger: Payer

beforeAll(async () => {
  fixture = await startFixtureServer({ era: 'modern', port: 0 })
  const transport = { kind: 'http', url: fixture.url, headers: {} } as const
  stage = await startTestPlatform({ modern: { era: 'modern', transport } })
  payer = await stage.foundPayer('Payer')
  stranger = await stage.foundPayer('Stranger')
})
afterAll(async () => {
  await stage.close()
  await fixture.close()
})

it('tampered session ids, request states and task ids are in the audit trail of whose key brought them, and nobody else’s', async () => {
  const at = stage.transparent('modern', payer)
  const params = { name: 'test_simple_text', arguments: {} }
  const forged = { ...params, requestState: 'forged', inputResponses: {} }
  expect((await askModern(at, 'tools/call', forged)).error).toBeDefined()
  expect((await askModern(at, 'tasks/get', { taskId: 'forged' })).error).toBeDefined()
  const { status } = await fetch(at.url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${at.apiKey}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-session-id': 'gateway-1.forged',
      'mcp-protocol-version': '2025-11-25',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
  })
  expect(status).toBe(404)
  const refused = () => payer.orchestra.audit.list({ outcome: 'refused' }).all()
  await expect
    .poll(async () => (await refused()).map(({ action }) => action).toSorted(), {
      timeout: REPORTED_MS,
    })
    .toEqual(['gateway.request_state_refused', 'gateway.session_refused', 'gateway.task_refused'])
  for (const entry of await refused()) {
    expect(entry).toMatchObject({
      organizationId: payer.organizationId,
      actor: expect.stringMatching(/^inc_/),
      target: expect.stringMatching(/^key_/),
      detail: { gateway: 'gateway-1', fault: 'unreadable', count: 1 },
    })
    expect(JSON.stringify(entry)).not.toContain('forged')
  }
  expect(await stranger.orchestra.audit.list({ outcome: 'refused' }).all()).toEqual([])
  expect(await stage.operator.audit.list({ outcome: 'refused' }).all()).toEqual([])
})
