import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createProgram } from '../program.ts'

const DISPLAY = { amount: '1', asset: 'USD', display: '0.05 USD' }

let server: Server
let url: string
let asked: { path: string | undefined; body: unknown }[]
let folder: string

beforeEach(async () => {
  asked = []
  folder = mkdtempSync(join(tmpdir(), 'orchestra-price-'))
  server = createServer((incoming, outgoing) => {
    void text(incoming).then((body) => {
      const document = JSON.parse(body || 'null') as { metered?: unknown } | null
      asked.push({ path: incoming.url, body: document })
      outgoing.writeHead(200, { 'content-type': 'application/json' })
      const metered =
        document?.metered === undefined
          ? null
          : { components: [], maximum: DISPLAY, tokenizer: null }
      const price = { tool: 'echo', price: DISPLAY, metered, startsAt: '2026-01-01T00:00:00Z' }
      outgoing.end(JSON.stringify({ price, snapshotVersion: 1, pendingGateways: [] }))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
  rmSync(folder, { recursive: true })
})

async function price(...args: string[]) {
  const said = { out: '', err: '', code: -1 }
  const program = createProgram({
    env: { url, apiKey: 'mcpo_live_x', gatewayUrl: url, dataDir: '/nonexistent' },
    write: (line) => void (said.out += line),
    writeError: (line) => void (said.err += line),
    colours: false,
    setExitCode: (code) => void (said.code = code),
    onInterrupt: () => undefined,
  })
  await program.parseAsync(['node', 'orchestra', 'servers', 'price', ...args])
  return said
}

test('an amount is the price of a call', async () => {
  const said = await price('weather', 'echo', '0.05', '--from', '2026-01-01T00:00:00Z')
  expect(said.out).toBe('echo costs 0.05 USD a call from 2026-01-01T00:00:00Z on.\n')
  expect(asked).toEqual([
    {
      path: '/v1/servers/weather/tools/echo/price',
      body: { price: { units: '0.05', asset: 'USD' }, startsAt: '2026-01-01T00:00:00Z' },
    },
  ])
})

test('tokens, components of a file and the most that a call may cost make a metered price', async () => {
  const component = { meter: 'request', price: { form: 'package', size: '10', amount: '5' } }
  const file = join(folder, 'components.json')
  writeFileSync(file, JSON.stringify([component]))
  const tokens = ['--per-input-token', '0.000003', '--per-output-token', '0.000015']
  const said = await price(
    'weather',
    '*',
    ...tokens,
    '--components',
    file,
    '--max',
    '0.05',
    '--least-bid',
    '0.01',
  )
  expect(said.out).toContain('at most 0.05 USD a call')
  expect(asked[0]?.body).toEqual({
    metered: {
      components: [
        { meter: 'input_token', price: { form: 'unit', rate: { amount: '3000000000000' } } },
        { meter: 'output_token', price: { form: 'unit', rate: { amount: '15000000000000' } } },
        component,
      ],
      maximum: { units: '0.05', asset: 'USD' },
      leastBid: { units: '0.01', asset: 'USD' },
    },
  })
})

test.each([
  ['nothing', [], 'Name a price per call'],
  ['a metered price without an end', ['--per-input-token', '1'], 'needs --max'],
  ['a file that is not there', ['--max', '1', '--components', '/nowhere.json'], 'cannot be read'],
])('%s is refused before anything is sent', async (_, flags, message) => {
  const said = await price('weather', 'echo', ...flags)
  expect(said.err).toContain(message)
  expect(said.code).toBe(2)
  expect(asked).toEqual([])
})
