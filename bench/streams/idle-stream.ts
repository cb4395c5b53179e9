import { connect, type Socket } from 'node:net'
import { ENVELOPE } from '../load/call-target.ts'

/** A stream that does nothing: opened, and waiting for news. */
export type IdleStream = {
  /** How many notices of a changed tool list it heard. */
  heard(): number
  close(): void
}

/** How idle streams are opened. */
export type StreamShape = {
  readonly url: string
  readonly apiKey: string
  /** `listen`: a modern subscription; else the GET stream of this legacy session. */
  readonly kind: 'listen' | { readonly session: string }
}

/** A stream that is not open by then will not be, in milliseconds. */
const OPEN_TIMEOUT_MS = 10_000
const CHANGED = 'notifications/tools/list_changed'

/** Opens one stream; resolves when it is: at its acknowledgement, or (legacy) with the head of the reply. */
export function openIdleStream(shape: StreamShape): Promise<IdleStream> {
  const url = new URL(shape.url)
  const isOpen = shape.kind === 'listen' ? 'subscriptions/acknowledged' : '\r\n\r\n'
  return new Promise((resolve, reject) => {
    const socket = connect(Number(url.port), url.hostname, () =>
      socket.write(requestOf(url, shape)),
    )
    const timer = setTimeout(() => fail(socket, 'it did not open in time'), OPEN_TIMEOUT_MS)
    let begun = ''
    let heard = 0
    let isReady = false
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      if (isReady) {
        heard += chunk.split(CHANGED).length - 1
        return
      }
      begun += chunk
      if (!begun.includes(isOpen)) return
      if (!begun.startsWith('HTTP/1.1 200')) return fail(socket, begun.slice(0, 400))
      clearTimeout(timer)
      isReady = true
      begun = ''
      resolve({ heard: () => heard, close: () => socket.destroy() })
    })
    socket.on('error', (error) => fail(socket, error.message))
    socket.on('close', () => fail(socket, `it was closed: ${begun.slice(0, 400)}`))

    function fail(of: Socket, reason: string): void {
      clearTimeout(timer)
      of.destroy()
      reject(new Error(`an idle stream of ${shape.url}: ${reason}`))
    }
  })
}

function requestOf(url: URL, { apiKey, kind }: StreamShape): string {
  const shared = [
    `Host: ${url.host}`,
    `Authorization: Bearer ${apiKey}`,
    'Accept: application/json, text/event-stream',
  ]
  if (kind !== 'listen') {
    return [
      `GET ${url.pathname} HTTP/1.1`,
      ...shared,
      'Mcp-Protocol-Version: 2025-11-25',
      `Mcp-Session-Id: ${kind.session}`,
      '\r\n',
    ].join('\r\n')
  }
  const body = `{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},${ENVELOPE}}}`
  return [
    `POST ${url.pathname} HTTP/1.1`,
    ...shared,
    'Content-Type: application/json',
    'Mcp-Protocol-Version: 2026-07-28',
    'Mcp-Method: subscriptions/listen',
    `Content-Length: ${body.length}`,
    `\r\n${body}`,
  ].join('\r\n')
}
