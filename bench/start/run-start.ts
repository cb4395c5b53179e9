import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../../packages/platform/src/ports.ts'
import { judge, type Bound } from '../figures/bound.ts'
import { figure, medianOf, valuesOf, type Figure } from '../figures/figure.ts'
import { callTarget } from '../load/call-target.ts'
import { startProgram, type ChildProgram } from '../machine/child-program.ts'

/** How long a start takes until the first tool call is answered. */
export type StartReport = {
  /** The very first start, which also makes the database. */
  readonly first: Figure
  /** Later starts on the same data. */
  readonly later: Figure
  readonly bounds: readonly Bound[]
}

/** Starts after the first. */
const LATER_STARTS = 5
/** Seconds within which a later start must answer its first call. */
const BOUND_S = 3
/** Between two tries of the call, in milliseconds. */
const RETRY_MS = 20
/** A start that takes longer has failed, in milliseconds. */
const LIMIT_MS = 120_000
/** A paid tool of the demo, behind HTTP. */
const DEMO = { alias: 'fixture', tool: 'test_simple_text' } as const

const BIN = fileURLToPath(new URL('../../packages/platform/bin.mjs', import.meta.url))

/** Starts the whole platform as a person does (`npm start`, with its demo), again and again on the same data. */
export async function runStart(runId: string, say: (text: string) => void): Promise<StartReport> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bench-start-'))
  try {
    const seconds: number[] = []
    for (let start = 0; start <= LATER_STARTS; start += 1) {
      seconds.push(await startOnce(dataDir))
      say(`  start ${start + 1}: first call after ${seconds.at(-1)?.toFixed(2) ?? ''} s`)
    }
    const later = figure(runId, 's', seconds.slice(1))
    const rule = {
      ...({ name: 'First paid call after a second start, warm disk', kind: 'at most' } as const),
      limit: BOUND_S,
      unit: ' s',
    }
    const slowest = Math.max(...valuesOf(later)).toFixed(2)
    const bound = judge(
      rule,
      medianOf(later),
      `median of ${LATER_STARTS}, the slowest ${slowest} s`,
    )
    return { first: figure(runId, 's', seconds.slice(0, 1)), later, bounds: [bound] }
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** From the start of the process to the first right answer, in seconds; the platform is stopped again. */
async function startOnce(dataDir: string): Promise<number> {
  const [port, gatewayPort] = [await freePort('127.0.0.1'), await freePort('127.0.0.1')]
  const sinceMs = performance.now()
  const program = startProgram(process.execPath, [BIN, 'start'], {
    env: {
      ORCHESTRA_DATA_DIR: dataDir,
      ORCHESTRA_PORT: String(port),
      ORCHESTRA_GATEWAY_PORT: String(gatewayPort),
    },
  })
  program.child.stdout?.resume()
  program.child.stderr?.resume()
  try {
    await untilAnswered(program, join(dataDir, 'secrets', 'demo-payer-key'), gatewayPort)
    return (performance.now() - sinceMs) / 1_000
  } finally {
    await program.stop()
  }
}

async function untilAnswered(program: ChildProgram, keyFile: string, port: number): Promise<void> {
  const url = `http://127.0.0.1:${port}/s/${DEMO.alias}/mcp`
  let last = 'nothing'
  for (const end = performance.now() + LIMIT_MS; performance.now() < end;) {
    if (program.child.exitCode !== null) throw new Error('the platform ended instead of starting')
    if (existsSync(keyFile)) {
      last = await tryCall(url, (await readFile(keyFile, 'utf8')).trim())
      if (last === '') return
    }
    await pause(RETRY_MS)
  }
  throw new Error(`no call was answered after ${LIMIT_MS} ms: ${last}`)
}

/** Empty when the call was answered with a result, else what came instead. */
async function tryCall(url: string, apiKey: string): Promise<string> {
  const { requests } = callTarget({ url, apiKey, tool: DEMO.tool, era: 'modern' })
  const [request] = requests
  const [, body = ''] = `${request?.before ?? ''}1000000${request?.after ?? ''}`.split('\r\n\r\n')
  try {
    const answer = await fetch(url, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        authorization: `Bearer ${apiKey}`,
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': DEMO.tool,
      },
    })
    const text = await answer.text()
    return answer.status === 200 && text.includes('"content":') ? '' : `${answer.status} ${text}`
  } catch (error) {
    return String(error) // nobody listens yet
  }
}
