import { isUtf8 } from 'node:buffer'
import { SseOverflow } from '../../protocol/sse/overflow.ts'
import { readEvents, type StreamEvent } from '../../protocol/sse/stream-event.ts'
import { refuseUpstream } from '../problems.ts'
import type { UpstreamBody, UpstreamResponse } from '../upstream.ts'
import type { ByteQueue } from './byte-queue.ts'
import type { HttpResponse } from './exchange.ts'
import { mediaTypeOf } from './media-type.ts'

/** How much of a body that is no MCP message is quoted in the reason, in characters. */
const QUOTE_CHARS_MAX = 200

/** Turns an HTTP answer into what the relay reads; a JSON body over `heldBytesMax` becomes a stream. */
export async function readResponse(
  response: HttpResponse,
  heldBytesMax: number,
): Promise<UpstreamResponse> {
  const session = response.headers['mcp-session-id']
  const sessionId = typeof session === 'string' ? session : undefined
  const { status, whole } = response
  const body = whole === undefined ? await bodyOf(response, heldBytesMax) : messageOf(whole)
  return { status, sessionId, body }
}

async function bodyOf(response: HttpResponse, heldBytesMax: number): Promise<UpstreamBody> {
  const type = mediaTypeOf(response.headers['content-type'] ?? '')
  const encoding = response.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') {
    response.body.cancel()
    return { kind: 'none', detail: `a body in the encoding ${encoding}, which was not asked for` }
  }
  if (type === 'text/event-stream')
    return { kind: 'events', native: true, events: eventsOf(response.body) }
  if (type === 'application/json') return jsonOf(response.body, heldBytesMax)
  const start = await firstText(response.body)
  const quoted =
    start === '' ? 'without a body' : `with ${type === '' ? 'an untyped body' : type}: ${start}`
  return { kind: 'none', detail: `status ${response.status} ${quoted}` }
}

async function jsonOf(body: ByteQueue, heldBytesMax: number): Promise<UpstreamBody> {
  const held: Uint8Array[] = []
  let bytes = 0
  for (let chunk = await body.next(); chunk !== undefined; chunk = await body.next()) {
    held.push(chunk)
    bytes += chunk.length
    if (bytes > heldBytesMax) return { kind: 'large', chunks: resumed(held, body) }
  }
  return messageOf(Buffer.concat(held))
}

function messageOf(bytes: Buffer): UpstreamBody {
  if (bytes.length === 0) return { kind: 'none', detail: 'an empty body' }
  if (!isUtf8(bytes))
    throw refuseUpstream('upstream.invalid_answer', { detail: 'the answer is not UTF-8' })
  return { kind: 'message', text: bytes.toString('utf8') }
}

async function* resumed(held: readonly Uint8Array[], body: ByteQueue): AsyncGenerator<Uint8Array> {
  try {
    yield* held
    yield* body
  } finally {
    // A reader that leaves within the held part never reaches the body's own end.
    body.cancel()
  }
}

async function* eventsOf(body: ByteQueue): AsyncGenerator<StreamEvent> {
  const cutOff = (): Error =>
    refuseUpstream('upstream.failed', { detail: 'the stream ended within a result' })
  try {
    yield* readEvents(body, { cutOff })
  } catch (error) {
    if (!(error instanceof SseOverflow)) throw error
    throw refuseUpstream('upstream.result_too_large', { detail: error.message, cause: error })
  }
}

async function firstText(body: ByteQueue): Promise<string> {
  let text = ''
  for await (const chunk of body) {
    text += Buffer.from(chunk).toString('utf8')
    if (text.length >= QUOTE_CHARS_MAX) break
  }
  return text.slice(0, QUOTE_CHARS_MAX).replace(/\s+/g, ' ').trim()
}
