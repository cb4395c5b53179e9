import { Problem, systemClock } from '@mcp-orchestra/kernel'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { benchServer, startRelayBench, type RelayBench } from './testing.ts'
import { jsonHeaders } from './testing-messages.ts'
import { until } from './testing-upstream.ts'

/** A server that obeys the name of the tool; it greets properly. */
const SCRIPT = `
let isWriting = false
const lines = require('readline').createInterface({ input: process.stdin })
const send = (message) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\\n')
lines.on('line', (line) => {
  const { id, method, params } = JSON.parse(line)
  if (method === 'initialize') return send({ id, result: { protocolVersion: params.protocolVersion, capabilities: {}, serverInfo: { name: 's', version: '1' } } })
  if (method === 'notifications/cancelled' && isWriting) process.stdout.write('"]}}\\n')
  if (method === 'notifications/cancelled') return send({ method: 'notifications/message', params: { level: 'info', data: 'cancelled ' + params.requestId } })
  if (method !== 'tools/call') return
  switch (params.name) {
    case 'ok': return send({ id, result: { content: [{ type: 'text', text: 'fine ' + process.pid }] } })
    case 'environment': return send({ id, result: { env: Object.keys(process.env).sort(), noNewPrivileges: require('fs').readFileSync('/proc/self/status', 'utf8').includes('NoNewPrivs:\\t1') } })
    case 'die': console.error('fatal: token ' + process.env.API_TOKEN + ' is Bearer abc.def refused'); return process.exit(3)
    case 'hang': return
    case 'slow': return setTimeout(() => send({ id, result: { content: ['late'] } }), 500)
    case 'flood': for (let i = 0; i < 400; i += 1) process.stderr.write('x'.repeat(100_000)); return send({ id, result: { content: [] } })
    case 'garbage': for (let i = 0; i < params.arguments.lines; i += 1) process.stdout.write('debug: ' + i + '\\n'); return send({ id, result: { content: [] } })
    case 'overlong': return send({ id, result: { content: ['x'.repeat(17 * 1024 * 1024)] } })
    // A line whose end is written when nobody waits for it any more.
    case 'overlate': isWriting = true; return process.stdout.write('{"jsonrpc":"2.0","id":' + id + ',"result":{"content":["' + 'x'.repeat(18 * 1024 * 1024))
    case 'large': return send({ id, result: { content: ['x'.repeat(100_000)] } })
    case 'stranger': send({ id: 999999, result: { content: ['for another'] } }); return send({ id, result: { content: [] } })
    case 'grandchild': {
      const child = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
      return send({ id, result: { pid: child.pid } })
    }
  }
})
`

let bench: RelayBench

beforeAll(async () => {
  const stdio = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
    kind: 'stdio',
    command: process.execPath,
    args: ['-e', SCRIPT],
    env: { API_TOKEN: 'very-secret-value' },
    ...more,
  })
  bench = await startRelayBench({
    keepAliveMs: 40,
    servers: [
      benchServer('server', stdio()),
      benchServer('other', stdio()),
      benchServer('quick', stdio(), { limits: { callTimeoutMs: 2_000 } }),
      benchServer('lazy', stdio(), { limits: { callTimeoutMs: 4_000 } }),
      benchServer('single', stdio(), { limits: { callTimeoutMs: 500, concurrentCallsMax: 1 } }),
      benchServer('small', stdio(), { limits: { resultBytesMax: 2_048 } }),
      benchServer('middle', stdio(), { limits: { resultBytesMax: 16 * 1024 * 1024 } }),
      benchServer('missing', stdio({ command: 'no-such-command-anywhere' })),
      benchServer(
        'crash',
        stdio({ args: ['-e', 'console.error("cannot find config"); process.exit(1)'] }),
      ),
    ],
    prices: Object.fromEntries(
      ['ok', 'die', 'hang', 'flood', 'garbage', 'overlong', 'overlate', 'large'].map((tool) => [
        tool,
        5n,
      ]),
    ),
  })
})
afterAll(() => bench.close())
beforeEach(() => {
  bench.ledger.length = 0
})

type Answered = {
  status: number
  error?: { code: number; message: string; data: { code: string } }
  result?: Record<string, unknown>
}

/** Calls without a session of its own: the gateway greets the server itself. */
async function call(
  alias: string,
  tool: string,
  args: Record<string, unknown> = {},
): Promise<Answered> {
  const response = await fetch(bench.endpoint(alias), {
    method: 'POST',
    headers: jsonHeaders(),
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: tool, arguments: args },
    }),
  })
  const text = await response.text()
  // A slow answer comes as the last event of a stream.
  const data = text.startsWith('{') ? text : (text.split('data: ').at(-1) ?? '')
  return { status: response.status, ...(JSON.parse(data) as Omit<Answered, 'status'>) }
}
const outcomes = (): string[] => bench.ledger.map(({ end }) => end.outcome)

test('a legacy call needs no session at a child process', async () => {
  expect(JSON.stringify((await call('server', 'ok')).result)).toContain('fine')
  expect(outcomes()).toEqual(['complete'])
})

test('a server that dies in the middle of a call is named with its last words, without its secrets, and started anew', async () => {
  const died = await call('server', 'die')
  expect(died).toMatchObject({
    status: 200,
    error: { code: 502001, data: { code: 'upstream.failed' } },
  })
  expect(died.error?.message).toContain('exit code 3')
  expect(died.error?.message).toContain('fatal: token ***')
  expect(died.error?.message).not.toContain('very-secret-value')
  expect(died.error?.message).not.toContain('abc.def')
  expect(outcomes()).toEqual(['upstream_failed'])
  expect((await call('server', 'ok')).error).toBeUndefined()
})

test('a server that hangs is a time-out: released, told, and still there for the next call', async () => {
  const first = await call('quick', 'ok')
  const hung = await call('quick', 'hang')
  expect(hung).toMatchObject({ status: 200, error: { code: 504001 } })
  expect(outcomes()).toEqual(['complete', 'timeout'])
  const pid = (answered: Answered): string | undefined =>
    /fine (\d+)/.exec(JSON.stringify(answered.result))?.[1]
  expect(pid(await call('quick', 'ok'))).toBe(pid(first))
})

test('a call over the limit of its server is refused at once, inside JSON-RPC as a legacy client expects', async () => {
  const hung = call('single', 'hang')
  await until(() => bench.relay.load().calls === 1, 'the first call is in flight')
  expect(await call('single', 'ok')).toMatchObject({
    status: 200,
    error: { code: 503001, data: { code: 'upstream.busy' } },
  })
  await hung
})

test('a server that thinks for long does not let the way to the client go silent', async () => {
  const params = { name: 'slow', arguments: {} }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })
  const response = await fetch(bench.endpoint('server'), {
    method: 'POST',
    headers: jsonHeaders(),
    body,
  })
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  const text = await response.text()
  expect(text).toMatch(/^: keep-alive\n\n/)
  expect(text).toContain('late')
})

test('a legacy client that leaves does not cancel its call at a process: the result is charged', async () => {
  const params = { name: 'slow', arguments: {} }
  const leave = new AbortController()
  const left = fetch(bench.endpoint('server'), {
    method: 'POST',
    headers: jsonHeaders(),
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
    signal: leave.signal,
  }).catch(() => undefined)
  await until(() => bench.relay.load().calls === 1, 'the call is in flight')
  leave.abort()
  await left
  await until(() => bench.relay.load().calls === 0, 'the call is settled')
  expect(outcomes()).toEqual(['complete'])
})

test('40 MB on stderr hold up neither the server nor us', async () => {
  expect((await call('server', 'flood')).error).toBeUndefined()
})

test('some garbage among the messages is tolerated, too much is a broken server', async () => {
  expect((await call('other', 'garbage', { lines: 200 })).error).toBeUndefined()
  const broken = await call('other', 'garbage', { lines: 5_000 })
  expect(broken).toMatchObject({ error: { code: 502001 } })
  expect(broken.error?.message).toContain('no MCP messages')
  expect(outcomes()).toEqual(['complete', 'invalid_result'])
})

test('an answer over the cap of the server is refused, also on a line too long to be held, which is not kept', async () => {
  expect((await call('small', 'large')).error?.data.code).toBe('upstream.result_too_large')
  expect((await call('middle', 'overlong')).error?.data.code).toBe('upstream.result_too_large')
  expect(bench.relay.load().spooledBytes).toBe(0)
  expect(outcomes()).toEqual(['result_too_large', 'result_too_large'])
  expect((await call('middle', 'ok')).error).toBeUndefined()
})

test('a long line that nobody waits for any more is read to its end and not kept; what stands behind it comes through', async () => {
  const late = await call('lazy', 'overlate')
  expect(late.error?.data.code).toBe('upstream.timeout')
  expect((await call('lazy', 'ok')).error).toBeUndefined()
  expect(bench.relay.load().spooledBytes).toBe(0)
  expect(outcomes()).toEqual(['timeout', 'complete'])
})

test('an answer to a request that nobody made reaches nobody', async () => {
  expect(JSON.stringify(await call('server', 'stranger'))).not.toContain('for another')
})

test('a child sees a minimal environment and can gain no privilege', async () => {
  const { result } = await call('server', 'environment')
  expect(result?.['env']).toEqual(['API_TOKEN', 'PATH'])
  expect(result?.['noNewPrivileges']).toBe(true)
})

test('what cannot be started or ends at once says why, and is not started again at every call', async () => {
  for (const [alias, words] of [
    ['missing', 'no-such-command-anywhere'],
    ['crash', 'cannot find config'],
  ] as const) {
    const first = await call(alias, 'ok')
    expect(first.error?.message).toContain(words)
    const answers = [first]
    while (!answers.at(-1)?.error?.message.includes('started again in'))
      answers.push(await call(alias, 'ok'))
    expect(answers.length).toBeLessThan(5)
    expect(answers.at(-1)?.error?.message).toContain(words)
  }
  expect(new Set(outcomes())).toEqual(new Set(['upstream_failed']))
})

test('the sessions of one caller do not take all places for processes', async () => {
  // Its clock stands still: however long the starts take, no session counts as idle meanwhile.
  const crowded = await startRelayBench({
    servers: [
      benchServer('other', { kind: 'stdio', command: process.execPath, args: ['-e', SCRIPT] }),
    ],
    clock: { now: () => systemClock.now(), monotonicMs: () => 0 },
  })
  const initialize = async (): Promise<{ error?: { data: { code: string } } }> => {
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: { sampling: {} },
      clientInfo: { name: 'x', version: '1' },
    }
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })
    const response = await fetch(crowded.endpoint('other'), {
      method: 'POST',
      headers: jsonHeaders(),
      body,
    })
    return (await response.json()) as { error?: { data: { code: string } } }
  }
  const answers = await Promise.all(Array.from({ length: 34 }, initialize))
  expect(
    answers.filter(({ error }) => error?.data.code === 'upstream.busy').length,
  ).toBeGreaterThan(0)
  expect(answers.filter(({ error }) => error === undefined).length).toBeGreaterThan(16)
  crowded.relay.abortWhere(
    () => true,
    new Problem('test.revoked', { status: 403, title: 'Away.', retryable: false }),
  )
  await until(() => crowded.relay.load().children < 10, 'the processes of ended sessions are gone')
  await crowded.close()
})

test('stopping a server ends its whole process group', async () => {
  const { result } = await call('other', 'grandchild')
  const pid = Number(result?.['pid'])
  expect(isAlive(pid)).toBe(true)
  await bench.relay.stopServer('srv_other')
  await until(() => !isAlive(pid), 'the grandchild is gone')
})

test('nothing of ours failed on the way', () => {
  expect(bench.bugs).toEqual([])
  expect(bench.relay.load().calls).toBe(0)
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    // ESRCH: there is no such process.
    return false
  }
}
