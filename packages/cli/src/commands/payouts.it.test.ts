import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createProgram } from '../program.ts'

const PAYOUT = {
  id: 'pay_1',
  organizationId: 'org_1',
  rail: 'bank',
  destination: 'IBAN DE …3000',
  amount: { amount: '1', asset: 'USD', display: '12.34 USD' },
  state: 'paid',
  requestedBy: 'mbr_1',
  needsApproval: false,
  approvedBy: 'rule',
  reference: 'SEPA-1',
  reason: null,
  requestedAt: '2026-11-22T19:00:00.000Z',
  approvedAt: '2026-11-22T19:00:00.000Z',
  sentAt: null,
  endedAt: null,
}
const PAYEE = {
  organizationId: 'org_1',
  rail: 'bank',
  version: 2,
  hint: 'IBAN DE …3000',
  schedule: 'monthly',
  minimum: { amount: '1', asset: 'USD', display: '50 USD' },
  approvedAt: null,
  hold: null,
  savedAt: '2026-11-22T19:00:00.000Z',
}

const STATEMENT = {
  payoutId: 'pay_1',
  organizationId: 'org_1',
  number: 1,
  amount: PAYOUT.amount,
  lines: [
    { kind: 'carried_out', serverId: null, month: null, amount: { amount: '-7', asset: 'USD' } },
  ],
  drawnAt: '2026-11-22T19:00:00.000Z',
}

let server: Server
let url: string
let asked: { readonly request: string; readonly key: string | undefined; readonly body: unknown }[]
beforeEach(async () => {
  asked = []
  server = createServer(
    (request, response) =>
      void answer(request).then((body) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        response.end(JSON.stringify(body))
      }),
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

async function answer(request: IncomingMessage): Promise<unknown> {
  const sent = await text(request)
  const path = request.url ?? ''
  asked.push({
    request: `${request.method} ${path}`,
    key: request.headers['idempotency-key']?.toString(),
    body: sent === '' ? undefined : JSON.parse(sent),
  })
  const one = path.startsWith('/v1/payee') ? PAYEE : PAYOUT
  if (path.endsWith('/statement')) return STATEMENT
  if (path.endsWith('/destination')) return { kind: 'iban', holder: 'Ada', iban: 'DE89' }
  const isList = request.method === 'GET' && /^\/v1\/(payouts|payees)(\?|$)/.test(path)
  return isList ? { items: [one], nextCursor: null } : one
}

/** `orchestra …` in this process. */
async function orchestra(...args: string[]): Promise<{ out: string; code: number }> {
  const said = { out: '', code: -1 }
  await createProgram({
    env: { url, apiKey: 'mcpo_live_x', gatewayUrl: url, dataDir: '/nonexistent' },
    write: (line) => void (said.out += line),
    writeError: () => undefined,
    colours: false,
    setExitCode: (code) => void (said.code = code),
    onInterrupt: () => undefined,
  }).parseAsync(['node', 'orchestra', ...args])
  return said
}

test('orchestra payouts shows each with its state and where it goes', async () => {
  const { out, code } = await orchestra('payouts')
  expect(code).toBe(0)
  expect(out).toContain('pay_1  paid   12.34 USD  IBAN DE …3000')
})

test.each([
  [
    ['payouts', 'request', '12.34', '--key', 'november'],
    'POST /v1/payouts',
    { amount: { units: '12.34', asset: 'USD' } },
  ],
  [['payouts', 'request', '--key', 'november'], 'POST /v1/payouts', {}],
  [['payouts', 'show', 'pay_1'], 'GET /v1/payouts/pay_1', undefined],
  [['payouts', 'approve', 'pay_1'], 'POST /v1/payouts/pay_1/approve', undefined],
  [['payouts', 'cancel', 'pay_1'], 'POST /v1/payouts/pay_1/cancel', undefined],
  [
    ['payouts', 'paid', 'pay_1', 'SEPA-1'],
    'POST /v1/payouts/pay_1/report',
    { kind: 'paid', reference: 'SEPA-1' },
  ],
  [
    ['payouts', 'failed', 'pay_1', 'closed'],
    'POST /v1/payouts/pay_1/report',
    { kind: 'failed', reason: 'closed' },
  ],
  [
    ['payouts', 'returned', 'pay_1', 'closed'],
    'POST /v1/payouts/pay_1/report',
    { kind: 'returned', reason: 'closed' },
  ],
  [['payouts', 'destination', 'pay_1'], 'GET /v1/payouts/pay_1/destination', undefined],
  [['payees'], 'GET /v1/payee', undefined],
  [['payees', 'list'], 'GET /v1/payees', undefined],
  [
    ['payees', 'save', '--rail', 'balance'],
    'PUT /v1/payee',
    { rail: 'balance', schedule: 'none', destination: { kind: 'balance' } },
  ],
  [
    [
      'payees',
      'save',
      '--rail',
      'bank',
      '--holder',
      'Ada',
      '--iban',
      'DE89 3704',
      '--schedule',
      'daily',
      '--minimum',
      '5',
    ],
    'PUT /v1/payee',
    {
      rail: 'bank',
      schedule: 'daily',
      destination: { kind: 'iban', holder: 'Ada', iban: 'DE893704' },
      minimum: { units: '5', asset: 'USD' },
    },
  ],
  [
    [
      'payees',
      'save',
      '--rail',
      'bank',
      '--holder',
      'Ada',
      '--routing',
      '021000021',
      '--account',
      '12345',
    ],
    'PUT /v1/payee',
    {
      rail: 'bank',
      schedule: 'none',
      destination: {
        kind: 'us_account',
        holder: 'Ada',
        routingNumber: '021000021',
        accountNumber: '12345',
      },
    },
  ],
  [
    ['payees', 'approve', 'org_1', '--destination-version', '2'],
    'POST /v1/payees/org_1/approve',
    { version: 2 },
  ],
  [['payees', 'hold', 'org_1', '--reason', 'why'], 'PUT /v1/payees/org_1/hold', { reason: 'why' }],
  [['payees', 'release', 'org_1'], 'PUT /v1/payees/org_1/hold', { reason: null }],
])('orchestra %j asks for %s', async (args, request, body) => {
  expect((await orchestra(...args)).code).toBe(0)
  expect(asked.map((one) => one.request.split('?')[0])).toEqual([request])
  expect(asked[0]?.body).toEqual(body)
  if (request === 'POST /v1/payouts') expect(asked[0]?.key).toBe('november')
})

test('orchestra payouts statement shows the lines, or writes them as a table', async () => {
  const { out } = await orchestra('payouts', 'statement', 'pay_1')
  expect(out).toMatch(/carried out +-7\npayout 12\.34 USD/)
  const folder = await mkdtemp(join(tmpdir(), 'orchestra-cli-'))
  const file = join(folder, 'statement.csv')
  await orchestra('payouts', 'statement', 'pay_1', '--to', file)
  expect(asked.at(-1)?.request).toBe('GET /v1/payouts/pay_1/statement/file')
  expect((await readFile(file, 'utf8')).length).toBeGreaterThan(0)
  await rm(folder, { recursive: true })
})

test('an account without its holder, or half of one, is refused before anything is sent', async () => {
  expect((await orchestra('payees', 'save', '--rail', 'bank', '--iban', 'DE89')).code).toBe(2)
  const half = ['payees', 'save', '--rail', 'bank', '--holder', 'Ada', '--routing', '021000021']
  expect((await orchestra(...half)).code).toBe(2)
  expect(asked).toEqual([])
})
