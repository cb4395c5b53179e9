import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createProgram } from '../program.ts'

/** A call as the control plane writes it, as far as the command line looks. */
const call = (id: string, more: Record<string, unknown> = {}) => ({
  id,
  at: '2026-11-22T19:00:00.000Z',
  tool: 'echo',
  outcome: 'complete',
  amount: { amount: '1000000000000000', asset: 'USD', display: '0.001 USD' },
  durationMs: 12.4,
  ...more,
})

const usd = (amount: string, display: string) => ({ amount, asset: 'USD', display })
/** A decision as the control plane writes it. */
const DECISION = {
  eventId: 'evt_1',
  at: '2026-11-22T19:00:00.000Z',
  entitlement: {
    payerId: 'org_p',
    keyId: 'key_k',
    memberId: null,
    serverId: 'srv_s',
    method: 'tools/call',
    tool: 'ask',
    snapshotVersion: 7,
  },
  budget: {
    leaseId: 'les_l',
    windows: [
      { capId: 'cap_c', scopeKind: 'key', period: 'day', startsAt: '2026-11-22T00:00:00Z' },
    ],
  },
  price: { id: 'prc_p', version: 3, tool: '*', feeBps: 250 },
  components: [
    {
      meter: 'output_token',
      form: 'unit',
      quantity: '40',
      before: '10',
      amount: usd('400', '0.0004 USD'),
    },
  ],
  reserved: usd('900', '0.0009 USD'),
  claimed: usd('400', '0.0004 USD'),
  posted: usd('400', '0.0004 USD'),
  quote: { source: 'none', asset: 'USD' },
  tax: { hook: 'none', amount: usd('0', '0 USD') },
  screening: { hook: 'none', result: 'not_screened' },
  fee: usd('10', '0.00001 USD'),
  shares: [
    { role: 'publisher', organizationId: 'org_s', amount: usd('390', '0.00039 USD') },
    { role: 'platform', organizationId: null, amount: usd('10', '0.00001 USD') },
  ],
  outcome: 'limit_reached',
  rule: 'charged_as_delivered',
  disposition: 'posted',
  purchaseId: null,
  transferId: 'txn_t',
  replay: { claimed: usd('400', ''), posted: usd('400', '0.0004 USD'), fee: null, agrees: true },
}

let server: Server
let url: string
let queries: string[]
let streams: ServerResponse[]
let past: unknown[]
/** Refuses the stream with a problem document instead of opening it. */
let refusal: object | undefined

beforeEach(async () => {
  queries = []
  streams = []
  past = [call('evt_2'), call('evt_1', { amount: { amount: '0' }, outcome: 'tool_error' })]
  refusal = undefined
  server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

function answer(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const asked = new URL(incoming.url ?? '/', url)
  queries.push(`${asked.pathname}${asked.search}`)
  if (asked.pathname === '/v1/usage/live' && refusal === undefined) {
    outgoing.writeHead(200, { 'content-type': 'text/event-stream' })
    outgoing.write(': ping\nid: 1-0\n\n')
    streams.push(outgoing)
  } else if (refusal !== undefined) {
    outgoing.writeHead(403, { 'content-type': 'application/problem+json' })
    outgoing.end(JSON.stringify(refusal))
  } else if (asked.pathname.endsWith('/decision')) {
    outgoing.writeHead(200, { 'content-type': 'application/json' })
    outgoing.end(JSON.stringify(DECISION))
  } else {
    outgoing.writeHead(200, { 'content-type': 'application/json' })
    outgoing.end(JSON.stringify({ items: past, nextCursor: null }))
  }
}

/** `orchestra …` in this process. */
function orchestra(...args: string[]) {
  const said = { out: '', err: '', code: -1 }
  let interrupt = () => {}
  const program = createProgram({
    env: { url, apiKey: 'mcpo_live_x', gatewayUrl: url, dataDir: '/nonexistent' },
    write: (text) => void (said.out += text),
    writeError: (text) => void (said.err += text),
    colours: false,
    setExitCode: (code) => void (said.code = code),
    onInterrupt: (listener) => void (interrupt = listener),
  })
  const ended = program.parseAsync(['node', 'orchestra', ...args])
  return { said, ended, interrupt: () => interrupt() }
}

function send(event: string, data: unknown, id: string): void {
  for (const stream of streams) {
    stream.write(`event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`)
  }
}

describe('orchestra calls', () => {
  test('shows the newest calls last, with what each has cost', async () => {
    const { said, ended } = orchestra('calls', '--limit', '2')
    await ended
    const lines = said.out.trimEnd().split('\n')
    expect(lines[0]).toMatch(/^AT +TOOL +OUTCOME +COST +MS +EVENT$/)
    expect(lines[1]).toMatch(/tool_error +free +12 +evt_1$/)
    expect(lines[2]).toMatch(/complete +0\.001 USD +12 +evt_2$/)
    expect(said.code).toBe(0)
  })

  test('explain says who, what, by which price and rule, who got what, and that it still comes to that', async () => {
    const { said, ended } = orchestra('calls', 'explain', 'evt_1')
    await ended
    expect(queries).toEqual(['/v1/usage/evt_1/decision'])
    const lines = said.out
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/ +/g, ' ').trim())
    expect(lines).toEqual([
      'call evt_1 2026-11-22T19:00:00.000Z',
      'who org_p by key key_k, as of snapshot 7',
      'what ask of srv_s',
      'lease les_l',
      'cap cap_c of the key, day from 2026-11-22T00:00:00Z',
      'price version 3 (prc_p) for *',
      '40 × output_token (unit after 10): 0.0004 USD',
      'reserved 0.0009 USD',
      'claimed 0.0004 USD',
      'outcome limit_reached: the call ended early: the parts that were delivered pay',
      'paid 0.0004 USD (posted)',
      '0.00039 USD to org_s',
      '0.00001 USD to the platform',
      'currency USD, not converted',
      'tax none: 0 USD',
      'screening none: not_screened',
      'replay comes to the same: 0.0004 USD',
    ])
    expect(said.code).toBe(0)
  })

  test('asks for what the flags say', async () => {
    const flags = ['--side', 'payer', '--server', 'everything', '--tool', 'echo']
    await orchestra('calls', ...flags, '--outcome', 'timeout').ended
    const asked = new URL(queries[0] ?? '', url).searchParams
    expect(Object.fromEntries(asked)).toMatchObject({
      side: 'payer',
      serverId: 'everything',
      tool: 'echo',
      outcome: 'timeout',
      limit: '20',
    })
  })

  test('--follow goes on with what comes, shows no call twice, and ends by Ctrl-C with 0', async () => {
    const { said, ended, interrupt } = orchestra('calls', '--follow')
    await expect.poll(() => said.out).toContain('evt_2')
    // Opened first: a call between the two is in the stream, and in the past as well.
    expect(queries.map((query) => query.split('?')[0])).toEqual(['/v1/usage/live', '/v1/usage'])
    send('usage', call('evt_2'), '1-1')
    send('dropped', { count: 7 }, '1-8')
    send('usage', call('evt_9'), '1-9')
    await expect.poll(() => said.out).toContain('evt_9')
    expect(said.out.match(/evt_2/g)).toHaveLength(1)
    expect(said.err).toContain('7 calls came too fast')
    interrupt()
    await ended
    expect(said.code).toBe(0)
  })

  test('--follow --json writes one call a line', async () => {
    const { said, ended, interrupt } = orchestra('--json', 'calls', '--follow')
    await expect.poll(() => said.out).toContain('evt_2')
    send('usage', call('evt_3'), '1-1')
    await expect.poll(() => said.out).toContain('evt_3')
    interrupt()
    await ended
    const written = said.out.trimEnd().split('\n')
    expect(written.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual([
      'evt_1',
      'evt_2',
      'evt_3',
    ])
  })

  test('--follow says when the connection is lost, and goes on where it was', async () => {
    const { said, ended, interrupt } = orchestra('calls', '--follow')
    await expect.poll(() => said.out).toContain('evt_2')
    for (const stream of streams.splice(0)) stream.destroy()
    await expect.poll(() => streams.length, { timeout: 10_000 }).toBe(1)
    send('usage', call('evt_5'), '1-5')
    await expect.poll(() => said.out).toContain('evt_5')
    expect(said.err).toMatch(/connection is lost[\s\S]+connected again/)
    interrupt()
    await ended
  })

  test('--follow that is refused says why', async () => {
    refusal = {
      type: 'urn:mcp-orchestra:problem:identity.forbidden',
      code: 'identity.forbidden',
      status: 403,
      title: 'The credential lacks the permission named in `permission`.',
      retryable: false,
      permission: 'usage:read',
    }
    const { said, ended } = orchestra('calls', '--follow')
    await ended
    expect(said.err).toContain('usage:read')
    expect(said.code).toBe(3)
  })
})

test('orchestra usage sums shows what calls came to, and asks for what the flags say', async () => {
  const amount = { amount: '2500000000000000000', asset: 'USD', display: '2.5 USD' }
  past = [{ month: '2026-10', serverId: 'srv_1', tool: 'echo', calls: '2500', amount }]
  const flags = ['--side', 'publisher', '--from', '2026-09', '--to', '2026-10']
  const { said, ended } = orchestra('usage', 'sums', ...flags, '--server', 'summed')
  await ended
  expect(said.out).toMatch(
    /^MONTH +SERVER +TOOL +CALLS +AMOUNT\n2026-10 +srv_1 +echo +2500 +2\.5 USD\n$/,
  )
  const asked = new URL(queries[0] ?? '', url)
  expect(asked.pathname).toBe('/v1/usage-sums')
  expect(Object.fromEntries(asked.searchParams)).toEqual({
    side: 'publisher',
    from: '2026-09',
    to: '2026-10',
    serverId: 'summed',
  })
})
