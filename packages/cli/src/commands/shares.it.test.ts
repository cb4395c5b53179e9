import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createProgram } from '../program.ts'

const AGREEMENT = {
  id: 'shr_1',
  serverId: 'srv_1',
  version: 2,
  publisherId: 'org_1',
  publishedAt: '2026-11-22T19:00:00.000Z',
  startsAt: '2026-11-22T19:01:00.000Z',
  parties: [{ role: 'co_publisher', organizationId: 'org_2', bps: 2_500 }],
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
      response.end(JSON.stringify(request.method === 'PUT' ? AGREEMENT : { items: [AGREEMENT] }))
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

test('orchestra shares list shows each version and who has what of it', async () => {
  expect((await orchestra('shares', 'list', 'srv_1')).out).toBe(
    'version 2, from 2026-11-22T19:01:00.000Z\n  co publisher  org_2  2500 bps of the net\n',
  )
  expect(asked).toEqual(['GET /v1/servers/srv_1/shares '])
})

test('orchestra shares set publishes what each --share says, or that nobody shares', async () => {
  await orchestra(
    'shares',
    'set',
    'srv_1',
    '--share',
    'affiliate:org_3:500',
    'co_publisher:org_2:2500',
  )
  await orchestra('shares', 'set', 'srv_1')
  expect(asked).toEqual([
    'PUT /v1/servers/srv_1/shares {"parties":[{"role":"affiliate","organizationId":"org_3","bps":500},{"role":"co_publisher","organizationId":"org_2","bps":2500}]}',
    'PUT /v1/servers/srv_1/shares {"parties":[]}',
  ])
})

test('orchestra shares set refuses a share that it cannot read, and sends nothing', async () => {
  expect((await orchestra('shares', 'set', 'srv_1', '--share', 'friend:org_2:1')).code).toBe(2)
  expect(asked).toEqual([])
})
