import { setTimeout as pause } from 'node:timers/promises'
import { createOrchestra } from '@mcp-orchestra/sdk'
import { startPlatform } from '../../packages/platform/src/index.ts'
import { judge, type Bound } from '../figures/bound.ts'
import { openSessions } from '../load/open-sessions.ts'
import { LoadFailed } from '../load/wrk-output.ts'
import { raiseOpenFiles } from '../machine/open-files.ts'
import { processTree, residentMib } from '../machine/process-tree.ts'
import { startUpstream, type Upstream } from '../upstream/start-upstream.ts'
import { openIdleStream, type IdleStream, type StreamShape } from './idle-stream.ts'

type StreamStep = { readonly streams: number; readonly memoryMib: number }

/** What idle streams of one kind cost the gateway. */
export type StreamCell = {
  readonly title: string
  /** Streams and resident memory of the gateway in MiB: before, at half, at the end. */
  readonly steps: readonly StreamStep[]
  /** Why fewer streams than wanted were opened; undefined when all were. */
  readonly refusal: string | undefined
  /** Streams that the upstream had when all were open. */
  readonly upstreamStreams: number
  /** Resident KiB for one stream: all of the growth, and that of the second half. */
  readonly kibPerStream: number
  readonly kibPerLaterStream: number
}

/** What the bench of idle streams found. */
export type StreamsReport = {
  readonly cells: readonly StreamCell[]
  readonly bounds: readonly Bound[]
}

/** Streams at the end, when the limits of the machine allow. */
const STREAMS = 10_000
/** Opened and closed before the count begins: code and pools are there then. */
const WARMUP_STREAMS = 200
/** Streams that are being opened at once. */
const OPENING_AT_ONCE = 32
/** Sessions of one key; the gateway keeps no more of them. */
const STREAMS_PER_KEY = 500
/** Memory is read when nothing has happened for so long, in milliseconds. */
const SETTLE_MS = 3_000
/** News reach every stream within this, in milliseconds. */
const NEWS_MS = 15_000
/** Files that are neither a client's stream nor one to the upstream. */
const OTHER_FILES = 1_000
/** Resident KiB that an idle stream may cost. */
const KIB_MAX = 25
/** Resident MiB of a gateway with all its streams: 1 GB. */
const GATEWAY_MIB_MAX = 953

const KINDS = [
  { title: 'modern listen, one server', path: '/s/idle/mcp', isLegacy: false },
  { title: 'modern listen, aggregated endpoint', path: '/mcp', isLegacy: false },
  { title: 'legacy GET, one server', path: '/s/idle-legacy/mcp', isLegacy: true },
] as const
type Kind = (typeof KINDS)[number]

/** Measures what idle streams cost, on a fresh gateway for each kind. */
export async function runStreams(say: (text: string) => void): Promise<StreamsReport> {
  const files = raiseOpenFiles(2 * STREAMS + OTHER_FILES)
  const streams = 2 * Math.min(STREAMS / 2, Math.floor((files - OTHER_FILES) / 4))
  if (streams < STREAMS) say(`only ${streams} streams: this shell may open ${files} files`)
  const cells: StreamCell[] = []
  for (const kind of KINDS) {
    const cell = await measureKind(kind, streams)
    say(
      `  ${kind.title}: ${cell.kibPerStream.toFixed(1)} KiB per stream, ${cell.upstreamStreams} at the upstream`,
    )
    cells.push(cell)
  }
  return { cells, bounds: boundsOfStreams(cells) }
}

/** What the promises say of each kind. */
function boundsOfStreams(cells: readonly StreamCell[]): Bound[] {
  return cells.flatMap((cell) => [boundOf(cell), wholeBoundOf(cell)])
}

function boundOf(cell: StreamCell): Bound {
  const bound = judge(
    {
      name: `Resident memory per idle stream, ${cell.title}`,
      kind: 'at most',
      limit: KIB_MAX,
      unit: ' KiB',
    },
    cell.kibPerStream,
    `${cell.steps.at(-1)?.streams ?? 0} streams; ${cell.kibPerLaterStream.toFixed(1)} KiB in the second half; ${cell.upstreamStreams} upstream streams`,
  )
  if (cell.refusal === undefined) return bound
  return { ...bound, isMet: false, note: `${bound.note}; no more could be opened: ${cell.refusal}` }
}

function wholeBoundOf({ title, steps, kibPerLaterStream }: StreamCell): Bound {
  const { streams = 0, memoryMib = NaN } = steps.at(-1) ?? {}
  // Where the machine lets fewer files be opened, the rest is reckoned as the second half was.
  const missingMib = ((STREAMS - streams) * kibPerLaterStream) / 1024
  return judge(
    {
      name: `Resident memory of a gateway with ${STREAMS} idle streams, ${title}`,
      kind: 'at most',
      limit: GATEWAY_MIB_MAX,
      unit: ' MiB',
    },
    memoryMib + missingMib,
    streams === STREAMS
      ? `${streams} streams`
      : `${memoryMib.toFixed(1)} MiB with ${streams} streams, reckoned for the rest`,
  )
}

async function measureKind(kind: Kind, streams: number): Promise<StreamCell> {
  const upstream = await startUpstream(1)
  const platform = await startPlatform({ env: { ORCHESTRA_LOG_LEVEL: 'warn' } })
  const open: IdleStream[] = []
  try {
    const keys = await prepare(platform.urls.controlPlane, platform.apiKey, upstream, streams)
    const url = `${platform.urls.gateway}${kind.path}`
    const warm = await openAll(await shapesOf(kind, url, keys, streams, WARMUP_STREAMS))
    for (const stream of warm.open) stream.close()
    let refusal = warm.refusal
    const gateway = platform.processes().find(({ name }) => name === 'gateway-1')?.pid ?? 0
    const steps = [await settled(gateway, 0)]
    const half = streams / 2
    for (const from of [0, half]) {
      if (refusal !== undefined) break
      // A legacy stream has a session, which is a part of what it costs.
      const more = await openAll(await shapesOf(kind, url, keys, from, half))
      open.push(...more.open)
      refusal = more.refusal
      steps.push(await settled(gateway, open.length))
    }
    const { streams: upstreamStreams } = (await ask(upstream, 'counts')) as { streams: number }
    await requireNews(upstream, open)
    return {
      title: kind.title,
      steps,
      upstreamStreams,
      refusal,
      kibPerStream: kibBetween(steps[0], steps.at(-1)),
      kibPerLaterStream: kibBetween(steps.at(-2), steps.at(-1)),
    }
  } finally {
    for (const stream of open) stream.close()
    await platform.stop()
    await upstream.stop()
  }
}

function kibBetween(from?: StreamStep, to?: StreamStep): number {
  if (from === undefined || to === undefined) return NaN
  return ((to.memoryMib - from.memoryMib) * 1024) / (to.streams - from.streams)
}

/** Registers the upstream and issues keys enough for the sessions. */
async function prepare(
  baseUrl: string,
  apiKey: string,
  upstream: Upstream,
  streams: number,
): Promise<string[]> {
  const operator = createOrchestra({ baseUrl, apiKey })
  const shared = {
    transport: { kind: 'http', url: upstream.url },
    visibility: 'everyone',
    limits: { concurrentCallsMax: 10_000 },
  } as const
  await operator.hub.registerMCP({ ...shared, alias: 'idle', protocol: 'MCP-v2' })
  await operator.hub.registerMCP({ ...shared, alias: 'idle-legacy', protocol: 'MCP-v1' })
  const count = Math.ceil((streams + WARMUP_STREAMS) / STREAMS_PER_KEY)
  const keys: string[] = []
  for (let index = 0; index < count; index += 1) {
    const options = { name: `idle ${index}`, ratePerMinute: 1_000_000 }
    keys.push((await operator.users.issueAPIKey('organization', ['tools:call'], options)).secret)
  }
  return keys
}

/** Streams from one number on, each with the key of its number, and (legacy) a session of its own. */
async function shapesOf(
  kind: Kind,
  url: string,
  keys: readonly string[],
  from: number,
  count: number,
): Promise<StreamShape[]> {
  const shapes: StreamShape[] = []
  while (shapes.length < count) {
    const number = from + shapes.length
    const apiKey = keys[Math.floor(number / STREAMS_PER_KEY)] ?? ''
    const own = Math.min(STREAMS_PER_KEY - (number % STREAMS_PER_KEY), count - shapes.length)
    const sessions = kind.isLegacy ? await openSessions(url, own, apiKey) : []
    for (let index = 0; index < own; index += 1) {
      const session = sessions[index]
      shapes.push({ url, apiKey, kind: session === undefined ? 'listen' : { session } })
    }
  }
  return shapes
}

type Opened = { readonly open: readonly IdleStream[]; readonly refusal: string | undefined }

/** Opens streams until all are open or one cannot be. */
async function openAll(shapes: readonly StreamShape[]): Promise<Opened> {
  const open: IdleStream[] = []
  for (let from = 0; from < shapes.length; from += OPENING_AT_ONCE) {
    const some = shapes.slice(from, from + OPENING_AT_ONCE)
    const tried = await Promise.allSettled(some.map(openIdleStream))
    open.push(...tried.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])))
    const failed = tried.find((one) => one.status === 'rejected')
    if (failed !== undefined) {
      const { reason } = failed
      return { open, refusal: reason instanceof Error ? reason.message : String(reason) }
    }
  }
  return { open, refusal: undefined }
}

async function settled(pid: number, streams: number): Promise<StreamStep> {
  await pause(SETTLE_MS)
  return { streams, memoryMib: residentMib(processTree(pid)) }
}

/** A stream that hears nothing is not idle but dead, and its memory says nothing. */
async function requireNews(upstream: Upstream, open: readonly IdleStream[]): Promise<void> {
  await ask(upstream, 'announce')
  const deaf = (): number => open.filter((stream) => stream.heard() === 0).length
  for (const end = performance.now() + NEWS_MS; deaf() > 0 && performance.now() < end;) {
    await pause(50)
  }
  if (deaf() > 0) throw new LoadFailed(`${deaf()} of ${open.length} idle streams heard no news`)
}

async function ask(upstream: Upstream, path: string): Promise<unknown> {
  const answer = await fetch(new URL(`/${path}`, upstream.url))
  const text = await answer.text()
  return text === '' ? undefined : JSON.parse(text)
}
