import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createProgram } from '../program.ts'

let server: Server
let url: string
let asked: { method: string | undefined; path: string | undefined; body: unknown }[]

beforeEach(async () => {
  asked = []
  server = createServer((incoming, outgoing) => {
    void text(incoming).then((body) => {
      asked.push({ method: incoming.method, path: incoming.url, body: JSON.parse(body || 'null') })
      outgoing.writeHead(200, { 'content-type': 'application/json' })
      const changed = { server: { alias: 'weather' }, snapshotVersion: 1, pendingGateways: [] }
      outgoing.end(JSON.stringify(changed))
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

const update = (...args: string[]) => orchestra('servers', 'update', ...args)

async function orchestra(...args: string[]) {
  const said = { out: '', err: '', code: -1 }
  const program = createProgram({
    env: { url, apiKey: 'mcpo_live_x', gatewayUrl: url, dataDir: '/nonexistent' },
    write: (line) => void (said.out += line),
    writeError: (line) => void (said.err += line),
    colours: false,
    setExitCode: (code) => void (said.code = code),
    onInterrupt: () => undefined,
  })
  await program.parseAsync(['node', 'orchestra', ...args])
  return said
}

describe('orchestra servers update', () => {
  test('sends what is named and nothing else', async () => {
    const limits = ['--call-timeout-ms', '5000', '--concurrent-calls-max', '3']
    const rest = ['--visibility', 'everyone', '--protocol', 'auto', '--no-announce-prices']
    const said = await update('weather', '--name', 'Weather', ...limits, ...rest)
    expect([said.out, said.code]).toEqual(['weather is changed.\n', 0])
    expect(asked).toEqual([
      {
        method: 'PATCH',
        path: '/v1/servers/weather',
        body: {
          name: 'Weather',
          visibility: 'everyone',
          era: 'auto',
          announcePrices: false,
          limits: { callTimeoutMs: 5_000, concurrentCallsMax: 3 },
        },
      },
    ])
  })

  test('an address comes with all its headers: new ones, and names that keep their value', async () => {
    const address = 'https://mcp.example.com/v2'
    await update('weather', address, '--header', 'X-New=a=b', '--keep-header', 'Authorization')
    expect(asked[0]?.body).toEqual({
      transport: {
        kind: 'http',
        url: 'https://mcp.example.com/v2',
        headers: { 'X-New': 'a=b', Authorization: null },
      },
    })
  })

  test('a program comes after two hyphens, with its variables', async () => {
    await update('files', '--keep-env', 'TOKEN', '--', 'node', 'server.js', '--root')
    expect(asked[0]?.body).toEqual({
      transport: {
        kind: 'stdio',
        command: 'node',
        args: ['server.js', '--root'],
        env: { TOKEN: null },
      },
    })
  })

  test.each([
    [['weather'], /Say what shall change/],
    [['weather', '--header', 'X=1'], /Headers go with an address/],
    [['weather', 'https://a.example/', 'node'], /An address is one word/],
    [['weather', 'https://a.example/', '--env', 'A=1'], /variables and --cwd with a program/],
  ])('%j is refused before anything is sent', async (args, sentence) => {
    const said = await update(...args)
    expect(said.err).toMatch(sentence)
    expect(said.code).toBe(2)
    expect(asked).toEqual([])
  })
})

test('orchestra servers add takes an address, and --url is still the control plane', async () => {
  const flags = ['--header', 'X-Key=1', '--url', url]
  await orchestra('servers', 'add', 'weather', 'https://mcp.example.com/mcp', ...flags)
  expect(asked[0]).toEqual({
    method: 'POST',
    path: '/v1/servers',
    body: {
      alias: 'weather',
      transport: { kind: 'http', url: 'https://mcp.example.com/mcp', headers: { 'X-Key': '1' } },
    },
  })
})
