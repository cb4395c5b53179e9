import { Cancel, type CancelSignal } from '../../cancel.ts'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { Problem } from '@mcp-orchestra/kernel'
import { dataOf, type SseEvent } from '../../protocol/sse/event.ts'
import { isLarge } from '../../protocol/sse/stream-event.ts'
import { READ_ENOUGH } from '../http/exchange.ts'
import { sendHttp } from '../http/http-upstream.ts'
import type { HttpPools } from '../http/pools.ts'
import { refuseUpstream } from '../problems.ts'
import { Duplex } from '../duplex/duplex.ts'
import { DuplexLink } from '../duplex/duplex-link.ts'
import type { UpstreamLink } from '../upstream.ts'
import { SsePipe, type SseStream } from './sse-pipe.ts'

/** A server that has not named its POST address by then is none of HTTP+SSE, in milliseconds. */
export const ENDPOINT_MS = 5_000
/** Events that may come before the address: comments and retry times. */
const EVENTS_BEFORE_MAX = 16

/**
 * Opens a session over HTTP+SSE (MCP 2024-11-05): a stream whose first event names where to post. Undefined when the
 * server does not do so in time; rejects when the signal ends it, or when the address is on another origin.
 */
export async function openSse(
  pools: HttpPools,
  server: ServerEntity,
  signal: CancelSignal,
  endpointMs: number = ENDPOINT_MS,
): Promise<UpstreamLink | undefined> {
  const end = new Cancel()
  const release = end.follow(signal)
  const timer = setTimeout(() => end.abort(READ_ENOUGH), endpointMs)
  try {
    const stream = await streamOf(pools, server, end)
    if (stream === undefined) {
      end.abort(READ_ENOUGH)
      return undefined
    }
    const duplex = new Duplex({
      isShared: false,
      open: (events) => new SsePipe(pools, server, stream, events),
      onEnd: () => link.lose(),
    })
    const link = new DuplexLink(server, duplex, () => void duplex.stop())
    return link
  } catch (error) {
    const isOver = end.signal.aborted
    end.abort(READ_ENOUGH)
    if (signal.aborted || isAddressRefused(error)) throw error
    // No answer in time, or none at all: it speaks something else.
    if (isOver || error instanceof Problem) return undefined
    throw error
  } finally {
    clearTimeout(timer)
    release()
  }
}

async function streamOf(
  pools: HttpPools,
  server: ServerEntity,
  end: Cancel,
): Promise<SseStream | undefined> {
  const { transport } = server
  if (transport.kind !== 'http') return undefined
  const { status, body } = await sendHttp(pools, server, {
    method: 'GET',
    headers: {},
    signal: end.signal,
    heldBytesMax: 0,
  })
  if (status >= 300 || body.kind !== 'events') return undefined
  const events = body.events[Symbol.asyncIterator]()
  for (let count = 0; count < EVENTS_BEFORE_MAX; count += 1) {
    const next = await events.next()
    if (next.done === true) return undefined
    if (isLarge(next.value)) return undefined
    const endpoint = endpointIn(next.value)
    if (endpoint !== undefined) return { events, path: pathOf(endpoint, transport.url), end }
    if (dataOf(next.value) !== undefined) return undefined
  }
  return undefined
}

function endpointIn(event: SseEvent): string | undefined {
  return event.fields.some(({ name, value }) => name === 'event' && value === 'endpoint')
    ? dataOf(event)
    : undefined
}

/** The address is the server's word: whatever names another origin would make the gateway post there with the server's headers. */
function pathOf(endpoint: string, serverUrl: string): string {
  if (URL.canParse(endpoint, serverUrl)) {
    const url = new URL(endpoint, serverUrl)
    if (url.origin === new URL(serverUrl).origin) return `${url.pathname}${url.search}`
  }
  throw refuseUpstream('upstream.address_refused', {
    detail: 'the server names an address of another origin for messages',
  })
}

function isAddressRefused(error: unknown): boolean {
  return error instanceof Problem && error.code === 'upstream.address_refused'
}
