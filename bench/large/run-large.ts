import { setTimeout as pause } from 'node:timers/promises'
import { createOrchestra } from '@mcp-orchestra/sdk'
import { startPlatform } from '../../packages/platform/src/index.ts'
import { judge, type Bound } from '../figures/bound.ts'
import { residentMib } from '../machine/process-tree.ts'
import { callLarge } from './large-call.ts'
import { startLargeUpstream } from './large-upstream.ts'
import { fileURLToPath } from 'node:url'

/** What large results cost the gateway while they pass. */
export type LargeCell = {
  readonly title: string
  readonly results: number
  readonly atOnce: number
  /** Resident memory of the gateway in MiB: before the first large result, and the most that was seen. */
  readonly beforeMib: number
  readonly peakMib: number
  readonly mibPerSecond: number
}

/** What the bench of large results found. */
export type LargeReport = {
  readonly cells: readonly LargeCell[]
  readonly bounds: readonly Bound[]
}

/** One result, in bytes: 100 MB. */
const RESULT_BYTES = 100_000_000
/** How often memory is looked at, in milliseconds. */
const SAMPLE_MS = 10
/** Small calls before the count begins: code, pools and journal are there then. */
const WARMUP_CALLS = 200
const WARMUP_BYTES = 2_000_000
/** Memory is read when nothing has happened for so long, in milliseconds. */
const SETTLE_MS = 2_000
/** Resident MiB that a passing result may cost above the baseline, however large it is. */
const ABOVE_MIB_MAX = 64

/** How results come, and how many at once; the `bounded` ones are judged. */
const SHAPES = [
  { alias: 'large-json', title: 'JSON, one after the other', results: 5, atOnce: 1, bounded: true },
  { alias: 'large-json', title: 'JSON, four at once', results: 8, atOnce: 4, bounded: false },
  {
    alias: 'large-sse',
    title: 'one event, one after the other',
    results: 5,
    atOnce: 1,
    bounded: true,
  },
  { alias: 'large-sse', title: 'one event, four at once', results: 8, atOnce: 4, bounded: false },
  {
    alias: 'large-stdio',
    title: 'a line of a process, one after the other',
    results: 5,
    atOnce: 1,
    bounded: true,
  },
  {
    alias: 'large-stdio',
    title: 'a line of a process, four at once',
    results: 8,
    atOnce: 4,
    bounded: false,
  },
] as const

/** The server over stdio. */
const STDIO = fileURLToPath(new URL('large-stdio.ts', import.meta.url))

/** Measures a gateway through which results of 100 MB pass. */
export async function runLarge(say: (text: string) => void): Promise<LargeReport> {
  const [json, sse] = await Promise.all([startLargeUpstream('json'), startLargeUpstream('sse')])
  const platform = await startPlatform({ env: { ORCHESTRA_LOG_LEVEL: 'warn' } })
  try {
    const { urls, apiKey } = platform
    const operator = createOrchestra({ baseUrl: urls.controlPlane, apiKey })
    const transports = {
      'large-json': { kind: 'http', url: json.url },
      'large-sse': { kind: 'http', url: sse.url },
      'large-stdio': { kind: 'stdio', command: process.execPath, args: [STDIO] },
    } as const
    for (const [alias, transport] of Object.entries(transports)) {
      await operator.hub.registerMCP({
        transport,
        alias,
        protocol: 'MCP-v2',
        visibility: 'everyone',
      })
    }
    const options = { name: 'large', ratePerMinute: 1_000_000 }
    const key = await operator.users.issueAPIKey('organization', ['tools:call'], options)
    let id = 0
    const call = (alias: string, bytes: number): Promise<void> =>
      callLarge(`${urls.gateway}/s/${alias}/mcp`, key.secret, bytes, (id += 1))
    for (const alias of Object.keys(transports)) {
      for (let count = 0; count < WARMUP_CALLS; count += 1) await call(alias, 1_000)
      await call(alias, WARMUP_BYTES)
    }
    const gateway = platform.processes().find(({ name }) => name === 'gateway-1')?.pid ?? 0
    const cells: LargeCell[] = []
    await pause(SETTLE_MS)
    // The gateway alone: a process behind it is its own affair.
    const beforeMib = residentMib([gateway])
    for (const shape of SHAPES) {
      await pause(SETTLE_MS)
      const found = await measure(gateway, shape, () => call(shape.alias, RESULT_BYTES))
      const { title, results, atOnce } = shape
      const cell = { title, results, atOnce, beforeMib, ...found }
      say(
        `  ${cell.title}: ${cell.beforeMib.toFixed(0)} MiB before, ${cell.peakMib.toFixed(0)} MiB at most, ${cell.mibPerSecond.toFixed(0)} MiB/s`,
      )
      cells.push(cell)
    }
    return { cells, bounds: cells.filter((_cell, at) => SHAPES[at]?.bounded === true).map(boundOf) }
  } finally {
    await platform.stop()
    await Promise.all([json.stop(), sse.stop()])
  }
}

function boundOf(cell: LargeCell): Bound {
  return judge(
    {
      name: `Resident memory above the baseline while results of 100 MB pass, ${cell.title}`,
      kind: 'at most',
      limit: ABOVE_MIB_MAX,
      unit: ' MiB',
    },
    cell.peakMib - cell.beforeMib,
    `${cell.results} results; from ${cell.beforeMib.toFixed(0)} to ${cell.peakMib.toFixed(0)} MiB, looked at every ${SAMPLE_MS} ms`,
  )
}

async function measure(
  pid: number,
  { results, atOnce }: { readonly results: number; readonly atOnce: number },
  call: () => Promise<void>,
): Promise<Pick<LargeCell, 'peakMib' | 'mibPerSecond'>> {
  let peakMib = 0
  const sampler = setInterval(() => {
    peakMib = Math.max(peakMib, residentMib([pid]))
  }, SAMPLE_MS)
  const startedMs = performance.now()
  let left = results
  const work = async (): Promise<void> => {
    for (; left > 0;) {
      left -= 1
      await call()
    }
  }
  try {
    await Promise.all(Array.from({ length: atOnce }, work))
  } finally {
    clearInterval(sampler)
  }
  const seconds = (performance.now() - startedMs) / 1_000
  return { peakMib, mibPerSecond: (results * RESULT_BYTES) / 2 ** 20 / seconds }
}
