import type { CancelSignal } from '../../cancel.ts'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { Problem } from '@mcp-orchestra/kernel'
import { refuseUpstream } from '../problems.ts'
import type { UpstreamResponse } from '../upstream.ts'
import { exchangeAuthorized } from './authorized-exchange.ts'
import { abortReason } from './exchange.ts'
import type { HttpPools } from './pools.ts'
import { readResponse } from './read-response.ts'

const ACCEPT_BOTH = 'application/json, text/event-stream'
/** One HTTP message to a server. */
export type HttpSend = {
  readonly method: 'POST' | 'GET' | 'DELETE'
  /** Another path of the same origin than the registered one, with its query. */
  readonly path?: string
  readonly body?: string
  /** The protocol's headers of this hop; the caller's own credentials are never among them. */
  readonly headers: Readonly<Record<string, string>>
  readonly signal: CancelSignal
  readonly heldBytesMax: number
  /** Told when the request leaves on a socket. */
  readonly onSent?: () => void
}

/** Sends to a server over streamable HTTP; failures of the transport become problems that name the cause. */
export async function sendHttp(
  pools: HttpPools,
  server: ServerEntity,
  send: HttpSend,
): Promise<UpstreamResponse> {
  const { transport } = server
  if (transport.kind !== 'http')
    throw refuseUpstream('upstream.failed', { detail: 'the server is not reached by HTTP' })
  try {
    const target = pools.targetOf(server, transport)
    const request = {
      method: send.method,
      path: send.path ?? target.path,
      headers: {
        ...target.headers,
        ...send.headers,
        accept: send.method === 'GET' ? 'text/event-stream' : ACCEPT_BOTH,
        ...(send.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: send.body,
      // The call's own deadline is the signal; streams may be silent for as long as they like.
      headersTimeoutMs: 0,
      bodyTimeoutMs: 0,
      signal: send.signal,
      wholeBytesMax: send.heldBytesMax,
      explain: transportProblem,
      onSent: send.onSent,
    }
    const response = await exchangeAuthorized(target, request, server, pools.inNameOf)
    return await readResponse(response, send.heldBytesMax)
  } catch (error) {
    throw send.signal.aborted ? abortReason(send.signal) : transportProblem(error)
  }
}

/** A failure of the transport as a problem; problems pass as they are. */
export function transportProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const unreachable = [
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'UND_ERR_CONNECT_TIMEOUT',
  ]
  if (unreachable.includes(code)) {
    return refuseUpstream('upstream.unreachable', {
      detail: `the connection failed (${code})`,
      cause: error,
    })
  }
  const what = code === '' ? 'the connection broke' : `the connection broke (${code})`
  return refuseUpstream('upstream.failed', { detail: what, cause: error })
}
