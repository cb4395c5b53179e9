import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { systemClock } from '@mcp-orchestra/kernel'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { aggregateBeforeAll } from '../route/aggregate/subscriptions/testing-relay.ts'
import {
  messagesOf,
  RawLegacy,
  readMessages,
  type RawMessage,
} from '../translate/legacy-over-modern/testing.ts'
import { createSessionNotes } from './session/session-notes.ts'
import { events, json } from './testing-modern.ts'
import { benchServer, startRelayBench, type RelayBench } from './testing.ts'
import { EVERYTHING, startUpstream, until, type TestUpstream } from './testing-upstream.ts'

const META = 'io.modelcontextprotocol'
const LEVEL = `${META}/logLevel`
/** What the modern server offers at each of its addresses. */
const OFFERS: Readonly<Record<string, object>> = {
  '/plain': { tools: {} },
  '/rich': { tools: { listChanged: true }, resources: { subscribe: true }, logging: {} },
}

type Asked = {
  readonly id?: number
  readonly method: string
  readonly params: Record<string, unknown> & { readonly _meta: Record<string, unknown> }
}

const directory = mkdtempSync(path.join(tmpdir(), 'rebuilt-'))
const open: RelayBench[] = []
let modern: TestUpstream
let legacy: TestUpstream
/** What the modern server was asked, and the sessions that the legacy one opened. */
let asked: Asked[]
let legacySessions: string[]

beforeAll(async () => {
  modern = await startUpstream((request, response, body) => {
    const message = JSON.parse(body) as Asked
    const { id, method, params } = message
    asked.push(message)
    const answer = (result: object): void =>
      json(
        response,
        JSON.stringify({ jsonrpc: '2.0', id, result: { resultType: 'complete', ...result } }),
      )
    if (method === 'server/discover')
      return answer({ supportedVersions: ['2026-07-28'], capabilities: OFFERS[request.url ?? ''] })
    if (method === 'tools/list')
      return answer({ tools: [{ name: request.url?.slice(1), inputSchema: { type: 'object' } }] })
    if (method === 'tools/call') return answer({ content: [] })
    if (method !== 'subscriptions/listen') return answer({})
    const said = {
      _meta: { [`${META}/subscriptionId`]: id },
      notifications: params['notifications'],
    }
    const acknowledged = 'notifications/subscriptions/acknowledged'
    events(response, JSON.stringify({ jsonrpc: '2.0', method: acknowledged, params: said }))
  })
  legacy = await startUpstream((request, response, body) => {
    const session = String(request.headers['mcp-session-id'])
    if (request.method !== 'POST') return void response.writeHead(405).end()
    const { id, method } = JSON.parse(body) as Asked
    if (id === undefined) return void response.writeHead(202).end()
    const opened = method === 'initialize' ? `theirs-${legacySessions.length}` : session
    if (method === 'initialize') legacySessions.push(opened)
    else if (!legacySessions.includes(session)) return void response.writeHead(404).end()
    const tools = [{ name: 'legacy', inputSchema: { type: 'object' } }]
    const result =
      method === 'initialize'
        ? { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: {} }
        : { tools, content: [{ type: 'text', text: session }] }
    response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': opened })
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result }))
  })
})
afterAll(async () => {
  await Promise.all([modern.stop(), legacy.stop()])
  rmSync(directory, { recursive: true })
})
beforeEach(() => {
  asked = []
  legacySessions = []
})
afterEach(async () => {
  const [bug] = open.flatMap((bench) => bench.bugs)
  await Promise.all(open.splice(0).map((bench) => bench.close()))
  if (bug !== undefined) throw bug
})

/** A gateway of the slot; those that are given the same directory know what each other's sessions had. */
async function gateway(notes?: string): Promise<RelayBench> {
  const origin = new URL(modern.url).origin
  const at = (url: string): Record<string, unknown> => ({ kind: 'http', url })
  const servers = [
    benchServer('plain', at(`${origin}/plain`), { era: 'modern' }),
    benchServer('rich', at(`${origin}/rich`), { era: 'modern' }),
    benchServer('legacy', at(legacy.url), { era: 'legacy' }),
    benchServer(
      'child',
      { kind: 'stdio', command: process.execPath, args: [EVERYTHING, 'stdio'] },
      { era: 'legacy' },
    ),
  ]
  const bench = await startRelayBench({
    servers,
    more: [aggregateBeforeAll(servers)],
    ...(notes === undefined
      ? {}
      : { sessionNotes: createSessionNotes(systemClock, path.join(directory, notes)) }),
  })
  open.push(bench)
  return bench
}

async function begin(
  bench: RelayBench,
  at: string,
  capabilities: Record<string, unknown> = {},
): Promise<RawLegacy> {
  const client = new RawLegacy(bench.url + at)
  await client.initialize(capabilities)
  return client
}

/** Ends a process and goes on at the next one. */
async function move(
  client: RawLegacy,
  from: RelayBench,
  to: RelayBench,
  at: string,
): Promise<void> {
  open.splice(open.indexOf(from), 1)
  await from.close()
  client.moveTo(to.url + at)
}

async function callTool(client: RawLegacy, name: string, args: object = {}): Promise<RawMessage> {
  const messages = await client.ask('tools/call', { name, arguments: args })
  return messages.at(-1) ?? {}
}

const called = (): Record<string, unknown> =>
  asked.findLast(({ method }) => method === 'tools/call')?.params._meta ?? {}
const NOT_KNOWN = { error: { code: 404_001 } }

test('a session with a modern server that has nothing to set goes on in any process, and its client is the same to the server', async () => {
  const first = await gateway()
  const at = '/s/plain/mcp'
  const client = await begin(first, at, { sampling: {} })
  await callTool(client, 'rich')
  const before = called()
  await move(client, first, await gateway(), at)
  expect(await callTool(client, 'rich')).toMatchObject({ result: { content: [] } })
  expect(called()).toEqual(before)
  expect(before).toMatchObject({
    [`${META}/clientInfo`]: { name: 'raw' },
    [`${META}/clientCapabilities`]: { sampling: {} },
  })
})

test('its log level and its subscriptions go with it to a process that shares the notes, and what it may have missed is told', async () => {
  const first = await gateway('shared')
  const at = '/s/rich/mcp'
  const client = await begin(first, at)
  await client.ask('logging/setLevel', { level: 'warning' })
  await client.ask('resources/subscribe', { uri: 'x://kept' })
  await client.ask('resources/subscribe', { uri: 'x://left' })
  await client.ask('resources/unsubscribe', { uri: 'x://left' })
  await move(client, first, await gateway('shared'), at)
  await callTool(client, 'rich')
  expect(called()[LEVEL]).toBe('warning')
  const leave = new AbortController()
  const heard = readMessages(await client.stream(leave.signal))
  const told: unknown[] = []
  for await (const { method, params } of heard) {
    told.push([method, params?.['uri']])
    if (told.length === 2) break
  }
  leave.abort()
  expect(told).toContainEqual(['notifications/resources/updated', 'x://kept'])
  expect(told).toContainEqual(['notifications/tools/list_changed', undefined])
})

test('a process that cannot know what was set says 404, so that nothing is silently no longer told', async () => {
  const at = '/s/rich/mcp'
  const first = await gateway('one')
  const client = await begin(first, at)
  await client.ask('resources/subscribe', { uri: 'x://1' })
  await move(client, first, await gateway('other'), at)
  expect(await callTool(client, 'rich')).toMatchObject(NOT_KNOWN)
})

test('an aggregated session goes on with each member: in its own session, rebuilt, or greeted anew where nothing was done', async () => {
  const first = await gateway('members')
  const client = await begin(first, '/mcp')
  const before = await callTool(client, 'legacy')
  await callTool(client, 'rich')
  await move(client, first, await gateway('members'), '/mcp')
  expect(await callTool(client, 'legacy')).toMatchObject({ result: before.result })
  expect(before).toMatchObject({ result: { content: [{ text: 'theirs-0' }] } })
  expect(await callTool(client, 'rich')).toMatchObject({ result: { content: [] } })
  expect(await callTool(client, 'echo', { message: 'here' })).toMatchObject({
    result: { content: [{ text: 'Echo: here' }] },
  })
})

test('an aggregated session that had called a child process ends with it', async () => {
  const first = await gateway('members')
  const client = await begin(first, '/mcp')
  await callTool(client, 'echo', { message: 'state' })
  await move(client, first, await gateway('members'), '/mcp')
  expect(await callTool(client, 'legacy')).toMatchObject(NOT_KNOWN)
})

test('the stream of an aggregated session hears members that were not called since the restart', async () => {
  const first = await gateway('members')
  const client = await begin(first, '/mcp')
  await client.ask('resources/list')
  await move(client, first, await gateway('members'), '/mcp')
  asked = []
  const leave = new AbortController()
  const response = await client.stream(leave.signal)
  await until(
    () => asked.some(({ method }) => method === 'subscriptions/listen'),
    'the modern server is listened to',
  )
  leave.abort()
  await response.body?.cancel().catch(() => undefined)
})

test('an answer to a question of a process that has ended is refused, not swallowed', async () => {
  const first = await gateway('asks')
  const at = '/s/plain/mcp'
  const client = await begin(first, at, { sampling: {} })
  await move(client, first, await gateway('asks'), at)
  await client.ask('ping')
  const answered = await client.post({ jsonrpc: '2.0', id: 1, result: {} })
  expect(answered.status).toBe(400)
  expect(await messagesOf(answered)).toMatchObject([
    { error: { data: { code: 'listen.question_lost' } } },
  ])
})
