import type { SnapshotMessage } from '@mcp-orchestra/api/snapshot'
import { linesOf } from './parts.ts'

/** A gateway that lets this much pile up, in bytes, beside the largest message that it was sent, is cut off: it will come back for a full snapshot. */
const BACKLOG_BYTES_MAX = 64 * 1_048_576

/** One connected gateway process, as the publisher sees it. */
export interface LinkStream {
  readonly gateway: string
  readonly incarnationId: string
  /** What goes out over HTTP: one JSON document a line. */
  readonly readable: ReadableStream<Uint8Array>
  /** False when the link is gone, or was just cut because it does not drain. */
  send(message: SnapshotMessage): boolean
  close(): void
}

/** Makes a link; `onClosed` is called once, whoever ended it. */
export function createLinkStream(options: {
  readonly gateway: string
  readonly incarnationId: string
  readonly onClosed: () => void
}): LinkStream {
  const encoder = new TextEncoder()
  let open = true
  let largestBytes = 0
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  const readable = new ReadableStream<Uint8Array>(
    {
      start(started) {
        controller = started
      },
      cancel() {
        end()
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: BACKLOG_BYTES_MAX }),
  )

  function end(): void {
    if (!open) return
    open = false
    options.onClosed()
  }

  return {
    gateway: options.gateway,
    incarnationId: options.incarnationId,
    readable,
    send(message) {
      if (!open || controller === undefined) return false
      if ((controller.desiredSize ?? 0) + largestBytes <= 0) {
        controller.error(new Error('the gateway does not read its snapshot'))
        end()
        return false
      }
      let bytes = 0
      for (const line of linesOf(message)) {
        const chunk = encoder.encode(`${line}\n`)
        bytes += chunk.length
        controller.enqueue(chunk)
      }
      largestBytes = Math.max(largestBytes, bytes)
      return true
    },
    close() {
      if (!open) return
      controller?.close()
      end()
    },
  }
}
