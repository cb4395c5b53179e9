import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createProgram } from '../program.ts'

const ENTRY = {
  id: 'adt_1',
  at: '2026-11-22T19:00:00.000Z',
  organizationId: 'org_1',
  actor: 'key_1',
  action: 'key.revoked',
  target: 'key_2',
  outcome: 'done',
  detail: { name: 'laptop', graceMs: 0 },
}

let server: Server
let url: string
let asked: string[]
beforeEach(async () => {
  asked = []
  server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ items: [ENTRY], nextCursor: null }))
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

test('orchestra audit shows who did what to what, with what else there is to say', async () => {
  const { out, code } = await orchestra('audit')
  expect(code).toBe(0)
  expect(out.split('\n')).toEqual([
    expect.stringMatching(/^AT +ACTION +OUTCOME +ACTOR +TARGET +DETAIL$/),
    '2026-11-22T19:00:00.000Z  key.revoked  done     key_1  key_2   name=laptop graceMs=0',
    '',
  ])
  expect(asked).toEqual(['/v1/audit-entries?limit=20'])
})

test('orchestra audit passes each filter on, and none that was not given', async () => {
  const from = '2026-11-22T00:00:00Z'
  const filter = ['--action', 'key', '--outcome', 'refused', '--from', from, '--platform']
  await orchestra('audit', ...filter, '--limit', '5')
  const query = new URL(asked[0] ?? '', url).searchParams
  expect(Object.fromEntries(query)).toEqual({
    action: 'key',
    outcome: 'refused',
    from,
    scope: 'platform',
    limit: '5',
  })
})

test('orchestra audit --json prints the entries as they are', async () => {
  expect(JSON.parse((await orchestra('--json', 'audit')).out)).toEqual([ENTRY])
})
