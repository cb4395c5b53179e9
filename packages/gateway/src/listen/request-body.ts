import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import type { Problem } from '@mcp-orchestra/kernel'
import { refuseListen } from './problems.ts'

/** The largest request, in bytes: parsed and held in memory, so bounded (architecture §10). */
export const REQUEST_BYTES_MAX = 4 * 1024 * 1024

/** Reads a body whole as UTF-8; rejects with a problem when it is too large, too slow or not UTF-8. */
export function readBody(request: IncomingMessage, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    // A short message comes with its head: after this turn it waits whole, and needs neither timer nor events.
    setImmediate(() => {
      if (!request.complete) {
        readOn(request, timeoutMs).then(resolve, reject)
        return
      }
      try {
        resolve(readWhole(request))
      } catch (refusal) {
        reject(refusal)
      }
    })
  })
}

function readWhole(request: IncomingMessage): string {
  const body: unknown = request.read() ?? Buffer.alloc(0)
  if (!Buffer.isBuffer(body)) throw new TypeError('a request body is bytes')
  if (body.length > REQUEST_BYTES_MAX) throw refuseListen('listen.body_too_large')
  return textOf(body)
}

function readOn(request: IncomingMessage, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const refuse = (problem: Problem): void => {
      clearTimeout(timer)
      request.off('data', onData)
      // Nobody reads the rest: the answer is sent with `Connection: close`.
      request.pause()
      reject(problem)
    }
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length
      if (bytes > REQUEST_BYTES_MAX) refuse(refuseListen('listen.body_too_large'))
      else chunks.push(chunk)
    }
    const timer = setTimeout(() => refuse(refuseListen('listen.body_timeout')), timeoutMs)
    if (Number(request.headers['content-length'] ?? 0) > REQUEST_BYTES_MAX) {
      return refuse(refuseListen('listen.body_too_large'))
    }
    if (request.destroyed) return refuse(refuseListen('listen.body_timeout'))
    request.on('data', onData)
    request.once('error', (cause) => refuse(refuseListen('listen.body_timeout', { cause })))
    request.once('end', () => {
      clearTimeout(timer)
      try {
        resolve(textOf(Buffer.concat(chunks)))
      } catch (refusal) {
        reject(refusal)
      }
    })
  })
}

function textOf(body: Buffer): string {
  if (!isUtf8(body)) throw refuseListen('listen.media_type', { detail: 'the body is not UTF-8' })
  return body.toString('utf8')
}
