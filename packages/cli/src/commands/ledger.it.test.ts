import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createProgram } from '../program.ts'

const SUMS = ['0', '0', '0', '0']
const CHAIN = 'a3d6bb2d6b4a20b9c5be0de2b9f10cc3b2d10af9b9cbc28fbb4a9f0ae4a1a5c3'
/** An archive of one day on which nothing happened; its chain is put right by the test. */
const HEADER = '{"line":"archive","version":1,"from":"2026-11-01","to":"2026-12-01"}'
const ENTRY = (balance: string, side: string) => ({
  transfer: {
    id: `txn_${balance}`,
    at: '2026-11-22T19:00:00.000Z',
    debit: 'org:org_1:available',
    credit: 'platform:fees',
    display: '1 USD',
  },
  side,
  balance,
  display: `${balance} USD`,
})

let server: Server
let url: string
let asked: string[]
let answers: Map<string, unknown>
let folder: string
beforeEach(async () => {
  asked = []
  answers = new Map()
  folder = await mkdtemp(join(tmpdir(), 'orchestra-cli-'))
  server = createServer((request, response) => {
    const path = request.url ?? ''
    asked.push(`${request.method} ${path}`)
    const found = [...answers].find(([known]) => path.startsWith(known))?.[1]
    const text =
      typeof found === 'string' ? found : JSON.stringify(found ?? { items: [], nextCursor: null })
    response.writeHead(request.method === 'POST' ? 201 : 200, {
      'content-type': 'application/json',
    })
    response.end(text)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
})
afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await rm(folder, { recursive: true })
})

/** `orchestra …` in this process. */
async function orchestra(...args: string[]) {
  const said = { out: '', error: '', code: -1 }
  await createProgram({
    env: { url, apiKey: 'mcpo_live_x', gatewayUrl: url, dataDir: '/nonexistent' },
    write: (text) => void (said.out += text),
    writeError: (text) => void (said.error += text),
    colours: false,
    setExitCode: (code) => void (said.code = code),
    onInterrupt: () => undefined,
  }).parseAsync(['node', 'orchestra', 'ledger', ...args])
  return said
}

test('a statement is read to its end, and says what was before and after', async () => {
  const whole = { opening: { display: '2 USD' }, closing: { display: '0 USD' }, final: false }
  answers.set('/v1/ledger/statement', { ...whole, items: [ENTRY('1', 'debit')], nextCursor: '7' })
  const path = '/v1/ledger/statement?account=org%3Aorg_1%3Aavailable'
  answers = new Map<string, unknown>([
    [
      `${path}&asset=USD&from=2026-11-01T00%3A00%3A00Z&to=2026-12-01T00%3A00%3A00.000Z&cursor=7`,
      { ...whole, items: [ENTRY('0', 'debit')], nextCursor: null },
    ],
    ...answers,
  ])
  const { out, code } = await orchestra('statement', 'org:org_1:available', '--month', '2026-11')
  expect(code).toBe(0)
  expect(out).toMatch(/^opening balance: 2 USD\n/)
  expect(out).toContain('txn_1')
  expect(out).toContain('txn_0')
  expect(out).toMatch(/closing balance: 0 USD \(not closed yet\)\n$/)
})

test('a period that makes no sense is a mistake in the command line', async () => {
  expect((await orchestra('statement', 'platform:fees', '--month', '2026-13')).code).toBe(2)
  expect((await orchestra('statement', 'platform:fees')).code).toBe(2)
  expect((await orchestra('archive', '2026', join(folder, 'x'))).code).toBe(2)
  expect(asked).toEqual([])
})

test('a reconciliation that found something ends with 1, and names it', async () => {
  const done = {
    id: 'rcn_1',
    finishedAt: '2026-11-22T19:00:00.000Z',
    checks: [{ check: 'balance_differs', says: 'It holds', compared: 3, holds: false }],
    found: 1,
    findings: [
      {
        check: 'balance_differs',
        subject: 'platform:fees',
        asset: 'USD',
        expected: '2',
        found: '3',
      },
    ],
  }
  answers.set('/v1/reconciliations', done)
  const { out, code } = await orchestra('reconcile')
  expect(code).toBe(1)
  expect(out).toMatch(/NO +3 +It holds/)
  expect(out).toMatch(/balance_differs +platform:fees +USD +2 +3/)
  answers.set('/v1/reconciliations', {
    items: [{ ...done, found: 0, findings: [] }],
    nextCursor: null,
  })
  expect((await orchestra('reconcile', '--last')).code).toBe(0)
  expect(asked).toEqual(['POST /v1/reconciliations', 'GET /v1/reconciliations?limit=1'])
})

test('an archive is kept as it came, proven, and proven again without a platform', async () => {
  const broken = { line: 'end', transfers: 0, moved: {}, chain: CHAIN }
  answers.set('/v1/ledger/archive', `${HEADER}\n${JSON.stringify(broken)}\n`)
  const file = join(folder, 'ledger.jsonl')
  const failed = await orchestra('archive', '2026-11', file)
  expect(failed.code).toBe(1)
  expect(asked).toEqual(['GET /v1/ledger/archive?from=2026-11-01&to=2026-12-01'])

  const chain = createHash('sha256')
    .update(`${'0'.repeat(64)}${HEADER}`)
    .digest('hex')
  const lines = `${HEADER}\n${JSON.stringify({ ...broken, chain })}\n`
  answers.set('/v1/ledger/archive', lines)
  const second = join(folder, 'second.jsonl')
  const { out, code } = await orchestra('archive', '2026-11', second)
  expect(code).toBe(0)
  expect(out).toContain(`chain ${chain}`)
  expect(await readFile(second, 'utf8')).toBe(lines)
  // What is there is never written over.
  expect((await orchestra('archive', '2026-11', second)).code).toBe(1)
  asked = []
  expect((await orchestra('verify', second)).code).toBe(0)
  const account = JSON.stringify({
    line: 'account',
    name: 'platform:fees',
    asset: 'USD',
    opening: SUMS,
  })
  await writeFile(file, lines.replace('\n', `\n${account}\n`))
  const verified = await orchestra('verify', second, file)
  expect(verified.code).toBe(1)
  expect(verified.error).toContain(`${file} is broken. Line 3: the chain does not hold`)
  expect(asked).toEqual([])
})
