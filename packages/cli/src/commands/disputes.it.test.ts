import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createProgram } from '../program.ts'

const DISPUTE = {
  id: 'dsp_1',
  eventId: 'evt_1',
  tool: 'echo',
  amount: { amount: '1', asset: 'USD', display: '0.001 USD' },
  reason: 'wrong answer',
  state: 'accepted',
  refundId: 'rfd_1',
  openedAt: '2026-11-22T19:00:00.000Z',
}

let server: Server
let url: string
let asked: string[]
beforeEach(async () => {
  asked = []
  server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      asked.push(`${request.method} ${request.url} ${Buffer.concat(parts).toString()}`)
      response.writeHead(200, { 'content-type': 'application/json' })
      const page = { items: [DISPUTE], nextCursor: null }
      response.end(JSON.stringify(request.method === 'GET' ? page : DISPUTE))
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
async function orchestra(...args: string[]): Promise<string> {
  let out = ''
  await createProgram({
    env: { url, apiKey: 'mcpo_live_x', gatewayUrl: url, dataDir: '/nonexistent' },
    write: (text) => void (out += text),
    writeError: () => undefined,
    colours: false,
    setExitCode: () => undefined,
    onInterrupt: () => undefined,
  }).parseAsync(['node', 'orchestra', ...args])
  return out
}

test('orchestra disputes lists them, of one state when it is asked', async () => {
  expect((await orchestra('disputes', 'list', '--state', 'accepted')).split('\n')[1]).toBe(
    '2026-11-22 19:00  accepted  evt_1  0.001 USD  wrong answer  dsp_1',
  )
  expect(asked).toEqual(['GET /v1/disputes?limit=20&state=accepted '])
})

test('orchestra disputes opens and closes one, and says which refund it became', async () => {
  await orchestra('disputes', 'open', 'evt_1', '--reason', 'wrong answer', '--usd', '0.0005')
  expect(await orchestra('disputes', 'accept', 'dsp_1', '--answer', 'our mistake')).toBe(
    'accepted: 0.001 USD of evt_1 (echo)  dsp_1\nrefund rfd_1\n',
  )
  await orchestra('disputes', 'reject', 'dsp_1')
  await orchestra('disputes', 'withdraw', 'dsp_1')
  expect(asked).toEqual([
    'POST /v1/usage/evt_1/disputes {"reason":"wrong answer","amount":{"units":"0.0005","asset":"USD"}}',
    'POST /v1/disputes/dsp_1/close {"outcome":"accepted","answer":"our mistake"}',
    'POST /v1/disputes/dsp_1/close {"outcome":"rejected"}',
    'POST /v1/disputes/dsp_1/close {"outcome":"withdrawn"}',
  ])
})
