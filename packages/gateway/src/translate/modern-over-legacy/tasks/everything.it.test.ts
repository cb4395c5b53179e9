import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { modernRequest } from '../../../listen/testing-messages.ts'
import {
  BENCH_KEYS,
  benchServer,
  startRelayBench,
  type RelayBench,
} from '../../../listen/testing.ts'
import { EVERYTHING, startEverything, type TestUpstream } from '../../../listen/testing-upstream.ts'

const TOOL = 'simulate-research-query'
const CAN = { extensions: { 'io.modelcontextprotocol/tasks': {} }, elicitation: { form: {} } }
/** Its stages take four seconds. */
const FINISH_MS = 20_000

type Answer = {
  result?: Record<string, unknown> & {
    status: string
    inputRequests?: Record<string, { method: string }>
  }
  error?: { code: number }
}

let everything: TestUpstream
let bench: RelayBench

beforeAll(async () => {
  everything = await startEverything()
  const stdio = { kind: 'stdio', command: process.execPath, args: [EVERYTHING, 'stdio'] }
  bench = await startRelayBench({
    servers: [
      benchServer('http', { kind: 'http', url: everything.url }, { era: 'legacy' }),
      benchServer('stdio', stdio, { era: 'legacy' }),
    ],
    prices: { [TOOL]: 9n },
  })
})
afterAll(async () => {
  await bench.close()
  await everything.stop()
})

async function ask(
  alias: string,
  method: string,
  params: Record<string, unknown>,
  can: object = CAN,
): Promise<{ status: number; answer: Answer }> {
  const meta = { 'io.modelcontextprotocol/clientCapabilities': can }
  const init = modernRequest(method, params, { meta })
  const headers = { ...init.headers, authorization: `Bearer ${BENCH_KEYS.alice}` }
  const response = await fetch(bench.endpoint(alias), { ...init, headers })
  return { status: response.status, answer: (await response.json()) as Answer }
}

test.each(['http', 'stdio'])(
  'a task of server-everything asks, is answered, finishes and is paid for (%s)',
  async (alias) => {
    const call = { name: TOOL, arguments: { topic: 'python', ambiguous: true } }
    const refused = await ask(alias, 'tools/call', call, { elicitation: {} })
    expect([refused.status, refused.answer.error?.code]).toEqual([400, -32021])
    const created = await ask(alias, 'tools/call', call)
    expect(created.answer.result).toMatchObject({ resultType: 'task', status: 'working' })
    const taskId = created.answer.result?.['taskId']
    const seen = new Set<string>()
    let last: Answer = {}
    await vi.waitFor(
      async () => {
        last = (await ask(alias, 'tasks/get', { taskId })).answer
        const { status = 'none', inputRequests = {} } = last.result ?? {}
        seen.add(status)
        const content = { interpretation: 'language' }
        const inputResponses = Object.fromEntries(
          Object.keys(inputRequests).map((key) => [key, { action: 'accept', content }]),
        )
        if (status === 'input_required')
          await ask(alias, 'tasks/update', { taskId, inputResponses })
        expect(status).toBe('completed')
      },
      { timeout: FINISH_MS, interval: 200 },
    )
    expect(seen).toEqual(new Set(['working', 'input_required', 'completed']))
    expect(JSON.stringify(last.result?.['result'])).toContain('python (language)')
    expect(last.result?.['_meta']).toMatchObject({
      'io.mcp-orchestra/receipt': { charged: { amount: '9' } },
    })
    expect((await ask(alias, 'tasks/cancel', { taskId })).answer.result).toMatchObject({
      resultType: 'complete',
    })
  },
  30_000,
)
