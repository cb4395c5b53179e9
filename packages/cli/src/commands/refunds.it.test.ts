import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createProgram } from '../program.ts'

const usd = (display: string) => ({ amount: '1', asset: 'USD', display })
const REFUND = {
  id: 'rfd_1',
  eventId: 'evt_1',
  payerId: 'org_1',
  publisherId: 'org_2',
  serverId: 'srv_1',
  tool: 'echo',
  amount: usd('0.001 USD'),
  fee: usd('0.000025 USD'),
  owed: { amount: '0', asset: 'USD', display: '0 USD' },
  reason: 'wrong answer',
  givenBy: 'org_2',
  createdAt: '2026-11-22T19:00:00.000Z',
}

let server: Server
let url: string
let asked: { line: string; key: string | undefined; body: string }[]
beforeEach(async () => {
  asked = []
  server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const key = request.headers['idempotency-key']
      asked.push({
        line: `${request.method} ${request.url}`,
        key: typeof key === 'string' ? key : undefined,
        body: Buffer.concat(parts).toString(),
      })
      const isList = request.url?.startsWith('/v1/refunds?') === true
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(isList ? { items: [REFUND], nextCursor: null } : REFUND))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

/** `orchestra …` in this process. */
async function orchestra(...args: string[]): Promise<{ out: string; code: number }> {
  const said = { out: '', code: -1 }
  await createProgram({
    env: { url, apiKey: 'mcpo_live_x', gatewayUrl: url, dataDir: '/nonexistent' },
    write: (text) => void (said.out += text),
    writeError: () => undefined,
    colours: false,
    setExitCode: (code) => void (said.code = code),
    onInterrupt: () => undefined,
  }).parseAsync(['node', 'orchestra', ...args])
  return said
}

test('orchestra refunds lists what was given, and passes each filter on', async () => {
  const { out, code } = await orchestra('refunds', 'list', '--side', 'payer', '--call', 'evt_1')
  expect(code).toBe(0)
  expect(out.split('\n')).toEqual([
    expect.stringMatching(/^GIVEN +CALL +TOOL +AMOUNT +REASON +ID$/),
    '2026-11-22 19:00  evt_1  echo  0.001 USD  wrong answer  rfd_1',
    '',
  ])
  const query = new URL(asked[0]?.line.split(' ')[1] ?? '', url).searchParams
  expect(Object.fromEntries(query)).toEqual({ side: 'payer', eventId: 'evt_1', limit: '20' })
})

test('orchestra refunds give sends the key that makes it once, and a part when one is named', async () => {
  const give = ['refunds', 'give', 'evt_1', '--reason', 'wrong answer', '--key', 'r-1']
  expect((await orchestra(...give)).out).toBe(
    '0.001 USD of evt_1 (echo)\nfrom the platform’s fees: 0.000025 USD\nwrong answer  rfd_1\n',
  )
  await orchestra(...give, '--usd', '0.0005')
  expect(asked).toEqual([
    { line: 'POST /v1/usage/evt_1/refunds', key: 'r-1', body: '{"reason":"wrong answer"}' },
    {
      line: 'POST /v1/usage/evt_1/refunds',
      key: 'r-1',
      body: '{"reason":"wrong answer","amount":{"units":"0.0005","asset":"USD"}}',
    },
  ])
})

test('orchestra refunds show prints one, also for programs', async () => {
  expect(JSON.parse((await orchestra('--json', 'refunds', 'show', 'rfd_1')).out)).toEqual(REFUND)
})
