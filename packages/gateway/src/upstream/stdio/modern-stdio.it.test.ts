import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { modernRequest } from '../../listen/testing-messages.ts'
import { benchServer, startRelayBench, type RelayBench } from '../../listen/testing.ts'
import { EVERYTHING, until } from '../../listen/testing-upstream.ts'
import {
  messagesOf,
  MODERN_FIXTURE_STDIO,
  readMessages,
  type RawMessage,
} from '../../translate/legacy-over-modern/testing.ts'

/** A process that speaks as its words say; `on` answers a message, `say` writes one. */
function processOf(words: string): Record<string, unknown> {
  const script = `
    const told = [], listens = []
    const say = (message) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\\n')
    const discovered = { resultType: 'complete', supportedVersions: ['2026-07-28'], capabilities: {}, ttlMs: 0, cacheScope: 'private' }
    const greeted = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'n', version: '1' } }
    ${words}
    let rest = ''
    process.stdin.setEncoding('utf8').on('data', (text) => {
      const lines = (rest + text).split('\\n')
      rest = lines.pop()
      for (const line of lines) { const message = JSON.parse(line); told.push(message); on(message) }
    })`
  return { kind: 'stdio', command: process.execPath, args: ['-e', script] }
}

const MODERN = processOf(`
  const on = ({ id, method, params }) => {
    const tag = { 'io.modelcontextprotocol/subscriptionId': id }
    if (method === 'server/discover') say({ id, result: discovered })
    if (method === 'subscriptions/listen') {
      listens.push(id)
      say({ method: 'notifications/subscriptions/acknowledged', params: { _meta: tag, notifications: params.notifications } })
    }
    if (method !== 'tools/call') return
    switch (params.name) {
      case 'told': return say({ id, result: { resultType: 'complete', content: [], told, pid: process.pid } })
      case 'log':
        say({ method: 'notifications/message', params: { level: 'info', data: 'words' } })
        return say({ id, result: { resultType: 'complete', content: [] } })
      case 'tell':
        for (const listen of listens)
          say({ method: 'notifications/tools/list_changed', params: { _meta: { 'io.modelcontextprotocol/subscriptionId': String(listen) } } })
        return say({ id, result: { resultType: 'complete', content: [] } })
      case 'end':
        for (const listen of listens) say({ method: 'notifications/cancelled', params: { requestId: listen } })
        return say({ id, result: { resultType: 'complete', content: [] } })
      case 'ask':
        say({ id: 5, method: 'roots/list' })
        return say({ id, result: { resultType: 'complete', content: [] } })
      case 'die': return process.exit(3)
      case 'unknown': return say({ id, error: { code: -32601, message: 'no' } })
    }
  }`)

let bench: RelayBench

beforeAll(async () => {
  bench = await startRelayBench({
    servers: [benchServer('modern', MODERN, { era: 'modern' })],
    lingerMs: 500,
  })
})
afterAll(() => bench.close())
afterEach(async () => {
  await until(() => bench.relay.load().calls === 0, 'no call stays in flight')
  const [bug] = bench.bugs.splice(0)
  if (bug !== undefined) throw bug
})

function post(name: string, signal?: AbortSignal): Promise<Response> {
  const request = modernRequest('tools/call', { name }, { meta: { progressToken: 1 } })
  return fetch(bench.endpoint('modern'), signal === undefined ? request : { ...request, signal })
}

async function call(name: string): Promise<RawMessage> {
  return (await messagesOf(await post(name))).at(-1) ?? {}
}

function listen(signal: AbortSignal): Promise<Response> {
  const notifications = { toolsListChanged: true }
  const request = modernRequest('subscriptions/listen', { notifications }, { id: 'mine' })
  return fetch(bench.endpoint('modern'), { ...request, signal })
}

describe('a modern process', () => {
  test('serves all requests of a caller at once, each with its own messages and status', async () => {
    const [log, told] = await Promise.all([
      messagesOf(await post('log')),
      call('told'),
      call('told'),
    ])
    expect(log.map(({ method }) => method)).toEqual(['notifications/message', undefined])
    expect((await call('told')).result?.['pid']).toBe(told.result?.['pid'])
    const unknown = await post('unknown')
    expect(unknown.status).toBe(404)
    expect((await messagesOf(unknown))[0]?.error?.code).toBe(-32_601)
  })

  test('is told of a request that nobody waits for, and its questions are not answered', async () => {
    const leave = new AbortController()
    const waiting = post('wait', leave.signal)
    await until(() => bench.relay.load().calls === 1, 'the call is in flight')
    await call('ask')
    leave.abort()
    await expect(waiting).rejects.toThrow(/abort/i)
    await until(() => bench.relay.load().calls === 0, 'the call is over')
    const told = (await call('told')).result?.['told'] as RawMessage[]
    const waited = told.find(({ params }) => params?.['name'] === 'wait')
    const cancelled = told.filter(({ method }) => method === 'notifications/cancelled')
    expect(cancelled.map(({ params }) => params?.['requestId'])).toEqual([waited?.id])
    expect(told.every(({ method }) => method !== undefined)).toBe(true)
  })

  test('tells its news to the stream that they belong to, under the client’s own id, and can end it', async () => {
    const leave = new AbortController()
    const heard: RawMessage[] = []
    let isOver = false
    const stream = await listen(leave.signal)
    void (async () => {
      for await (const message of readMessages(stream)) heard.push(message)
      isOver = true
    })().catch(() => undefined)
    await until(() => heard.length === 1, 'it is acknowledged')
    await call('tell')
    await until(() => heard.length === 2, 'the news is heard')
    expect(heard[1]?.params?.['_meta']).toEqual({
      'io.modelcontextprotocol/subscriptionId': 'mine',
    })
    await call('end')
    await until(() => isOver, 'the stream is over')
    leave.abort()
  })

  test('that dies fails what waits for it; the next request starts another one', async () => {
    expect((await call('die')).error?.message).toContain('exit code 3')
    expect((await call('told')).result).toBeDefined()
    await until(() => bench.relay.load().children === 0, 'what nobody uses is ended')
  })
})

describe('a process of an era that is not known', () => {
  const LEGACY = `if (method === 'initialize') say({ id, result: greeted })`
  test.each([
    [
      'answers server/discover',
      processOf(`const on = ({ id, method }) => {
      if (method === 'server/discover') say({ id, result: discovered })
      if (method === 'initialize') say({ id, error: { code: -32601, message: 'no' } }) }`),
      'modern',
      false,
    ],
    [
      'refuses it',
      processOf(`const on = ({ id, method }) => { ${LEGACY}
      else if (id !== undefined) say({ id, error: { code: -32602, message: 'not initialized' } }) }`),
      'legacy',
      undefined,
    ],
    [
      'refuses it and is then greeted itself, not another process',
      processOf(`let isAsked = false
      const on = ({ id, method }) => {
        if (method === 'server/discover') isAsked = true
        if (method === 'initialize' && !isAsked) process.exit(1)
        ${LEGACY}
        else if (id !== undefined) say({ id, error: { code: -32601, message: 'no' } }) }`),
      'legacy',
      undefined,
    ],
    [
      'says nothing to it',
      processOf(`const on = ({ id, method }) => { ${LEGACY} }`),
      'legacy',
      undefined,
    ],
    [
      'dies of it',
      processOf(`const on = ({ id, method }) => { ${LEGACY}
      else if (method === 'server/discover') process.exit(1) }`),
      'legacy',
      undefined,
    ],
    [
      'speaks another modern revision too',
      processOf(`const on = ({ id, method }) => { ${LEGACY}
      else if (id !== undefined) say({ id, result: { ...discovered, supportedVersions: ['2099-01-01'] } }) }`),
      'legacy',
      undefined,
    ],
    [
      'is the official legacy one',
      { kind: 'stdio', command: process.execPath, args: [EVERYTHING, 'stdio'] },
      'legacy',
      undefined,
    ],
    ['is the modern fixture', MODERN_FIXTURE_STDIO, 'modern', false],
    [
      'speaks both',
      processOf(`const on = ({ id, method }) => { ${LEGACY}
      else if (method === 'server/discover') say({ id, result: discovered }) }`),
      'modern',
      true,
    ],
  ])('that %s is found out', async (what, transport, era, isDual) => {
    const isSilent = what.startsWith('says nothing')
    const limits = isSilent ? { callTimeoutMs: 1_000 } : {}
    const server = benchServer('auto', transport, { era: 'auto', limits })
    const visit = await bench.relay.visit(server)
    expect([visit.era, visit.isDual]).toEqual([era, isDual])
    await visit.close()
    await until(() => bench.relay.load().children === 0, 'no process stays')
  })
})
