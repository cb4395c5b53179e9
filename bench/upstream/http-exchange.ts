/** One HTTP request as the upstream reads it. */
export type ReadRequest = {
  readonly method: string
  readonly head: string
  readonly body: string
  /** What of the bytes belongs to the next request. */
  readonly rest: string
}

const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i

/**
 * The first whole request of the bytes (as Latin-1 text), or undefined while it is not all there. It
 * reads what our subjects send, and is no HTTP server for strangers: bodies come with a length.
 */
export function readRequest(bytes: string): ReadRequest | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd === -1) return undefined
  const head = bytes.slice(0, headEnd)
  const length = Number(CONTENT_LENGTH.exec(head)?.[1] ?? 0)
  const bodyStart = headEnd + 4
  const end = bodyStart + length
  if (bytes.length < end) return undefined
  return {
    method: head.slice(0, head.indexOf(' ')),
    head,
    body: bytes.slice(bodyStart, end),
    rest: bytes.slice(end),
  }
}

/** A whole reply with a JSON body. */
export function jsonReply(json: string): string {
  return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${json.length}\r\n\r\n${json}`
}

/** A reply without a body. */
export function emptyReply(status: 200 | 202 | 405): string {
  const reason = { 200: 'OK', 202: 'Accepted', 405: 'Method Not Allowed' }[status]
  return `HTTP/1.1 ${status} ${reason}\r\ncontent-length: 0\r\n\r\n`
}

/** The head of an event stream that stays open; what follows is chunked. */
export const STREAM_HEAD =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n'

/** One event as a chunk. */
export function eventChunk(json: string): string {
  const event = `event: message\ndata: ${json}\n\n`
  return `${event.length.toString(16)}\r\n${event}\r\n`
}
