import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { listenLocally, type LocalListener } from '../../src/fixture-server/local-listener.ts'
import {
  startFixtureServer,
  type FixtureServer,
} from '../../src/fixture-server/start-fixture-server.ts'
import { startTestPlatform, type Payer, type TestPlatform } from '../stage/test-platform.ts'

/** A restart takes some seconds on a busy machine. Milliseconds. */
const BACK_WITHIN_MS = 60_000
const POLL_MS = 100

/** A legacy server that counts the calls of each of its sessions, and knows none that it did not open. */
let server: LocalListener
/** A server of the modern era, which knows no sessions. */
let modern: FixtureServer
let stage: TestPlatform
let payer: Payer
const counts = new Map<string, number>()

beforeAll(async () => {
  server = await listenLocally((incoming, response) => {
    void text(incoming).then((body) => {
      const known = String(incoming.headers['mcp-session-id'] ?? '')
      const { id, method } = JSON.parse(body === '' ? '{}' : body) as {
        id?: unknown
        method?: string
      }
      if (known !== '' && !counts.has(known)) return response.writeHead(404).end()
      if (incoming.method !== 'POST' || id === undefined) return response.writeHead(202).end()
      const isOpening = method === 'initialize'
      const session = isOpening ? `session-${counts.size}` : known
      counts.set(session, isOpening ? 0 : (counts.get(session) ?? 0) + 1)
      response.writeHead(200, {
        'content-type': 'application/json',
        ...(isOpening ? { 'mcp-session-id': session } : {}),
      })
      const opened = { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: {} }
      const called = { content: [{ type: 'text', text: `${session} ${counts.get(session)}` }] }
      return response.end(
        JSON.stringify({ jsonrpc: '2.0', id, result: isOpening ? opened : called }),
      )
    })
  })
  modern = await startFixtureServer({ era: 'modern', port: 0 })
  stage = await startTestPlatform(
    {
      modern: { era: 'modern', transport: { kind: 'http', url: modern.url, headers: {} } },
      counter: {
        era: 'legacy',
        transport: { kind: 'http', url: `${server.origin}/mcp`, headers: {} },
      },
    },
    { gateways: 2 },
  )
  payer = await stage.foundPayer('payer')
})
afterAll(async () => {
  await stage.close()
  await Promise.all([server.close(), modern.close()])
})

type Posted = { readonly status: number; readonly session: string; readonly body: string }

/** Posts over a connection of its own: which of the gateways takes it is the kernel's choice. */
function post(message: object, session?: string, alias = 'counter'): Promise<Posted> {
  const { url, apiKey } = stage.transparent(alias, payer)
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method: 'POST',
      agent: false,
      headers: {
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...(session === undefined ? {} : { 'mcp-session-id': session }),
      },
    })
    sent.on('error', reject)
    sent.on('response', (response) => {
      const id = String(response.headers['mcp-session-id'] ?? '')
      text(response).then(
        (body) => resolve({ status: response.statusCode ?? 0, session: id, body }),
        reject,
      )
    })
    sent.end(JSON.stringify({ jsonrpc: '2.0', ...message }))
  })
}

function call(session: string): Promise<Posted> {
  return post({ id: 1, method: 'tools/call', params: { name: 'count', arguments: {} } }, session)
}

function pidOf(name: string): number | undefined {
  return stage.platform.processes().find((each) => each.name === name)?.pid
}

it('a legacy session goes on while its gateway is killed, and after it is back, in the same session of the server', async () => {
  const params = { protocolVersion: '2025-11-25', capabilities: {} }
  const { session } = await post({ id: 0, method: 'initialize', params })
  // Probes of the gateways have opened sessions of their own before.
  const mine = /session-\d+ /.exec((await call(session)).body)?.[0] ?? 'none'
  const owner = session.slice(0, session.indexOf('.'))
  const before = pidOf(owner)
  expect(before).toBeDefined()
  process.kill(before ?? 0, 'SIGKILL')

  const killedAt = performance.now()
  const answers: Posted[] = []
  let callsAfterReturn = 0
  // A connection that the dying process had taken breaks; every one after it is served by the other.
  while (callsAfterReturn < 10 && performance.now() - killedAt < BACK_WITHIN_MS) {
    const answer = await call(session).catch(() => undefined)
    if (answer?.status === 200) answers.push(answer)
    else if (answer !== undefined) expect(answer.status).toBe(503)
    const pid = pidOf(owner)
    if (pid !== undefined && pid !== before) callsAfterReturn += 1
    await pause(POLL_MS)
  }
  expect(callsAfterReturn).toBe(10)
  expect(answers.length).toBeGreaterThanOrEqual(5)
  for (const { body } of answers) expect(body).toContain(mine)
})

/** Kills the gateway that opened a session, with no warning, and asks until the other one has answered. */
async function killOwnerThen(session: string, ask: () => Promise<Posted>): Promise<Posted> {
  const owner = session.slice(0, session.indexOf('.'))
  process.kill(pidOf(owner) ?? 0, 'SIGKILL')
  const killedAt = performance.now()
  while (performance.now() - killedAt < BACK_WITHIN_MS) {
    // A connection that the dying process had taken breaks.
    const answer = await ask().catch(() => undefined)
    if (answer !== undefined && answer.status !== 503) return answer
    await pause(POLL_MS)
  }
  throw new Error('nobody answered')
}

it('a legacy session with a modern server goes on at another gateway when its own is killed, with its level of logs', async () => {
  const capabilities = { sampling: {} }
  const params = { protocolVersion: '2025-11-25', capabilities }
  const { session } = await post({ id: 0, method: 'initialize', params }, undefined, 'modern')
  const logging = { id: 1, method: 'tools/call', params: { name: 'test_tool_with_logging' } }
  const LOGGED = 'notifications/message'
  expect((await post(logging, session, 'modern')).body).toContain(LOGGED)
  const level = { id: 2, method: 'logging/setLevel', params: { level: 'error' } }
  expect((await post(level, session, 'modern')).status).toBe(200)
  const answer = await killOwnerThen(session, () => post(logging, session, 'modern'))
  expect(answer.status).toBe(200)
  expect(answer.body).toContain('executed successfully')
  expect(answer.body).not.toContain(LOGGED)
})
