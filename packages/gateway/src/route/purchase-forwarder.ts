import { toAbortSignal, type CancelSignal } from '../cancel.ts'
import { createHmac, timingSafeEqual } from 'node:crypto'
import { Agent, type Dispatcher } from 'undici'
import type { CallIntent } from '../charge/charge.ts'
import { dataOf } from '../protocol/sse/event.ts'
import { SseParser } from '../protocol/sse/parser.ts'
import type { SnapshotReplica } from '../snapshot/replica.ts'
import { purchaseKeyOf, type PurchaseOwners } from './owner.ts'
import { refuse } from './problems.ts'

/** Proves to the owner that a gateway sent the request on, so that it never sends it on again. */
export const FORWARDED_HEADER = 'x-mcp-orchestra-forwarded'

/** Names the session that a forwarded call belongs to; says no more than its `_meta` key may. */
export const SESSION_HEADER = 'x-mcp-orchestra-session'

/** A keyed purchase of a legacy client, whose session stays here; a modern one travels whole (`listen/peers.ts`). */
export type KeyedCall = {
  readonly intent: CallIntent
  /** The client's own credential: the owner authorizes it again. */
  readonly authorization: string
  /** What the request carried under {@link FORWARDED_HEADER}. */
  readonly proof: string | undefined
  /** The whole request with the client's id and the server's own names. */
  readonly requestText: string
  readonly signal: CancelSignal
}

/** The owner's whole answer. */
export type Forwarded = { readonly status: number; readonly responseText: string }

/** Sends keyed purchases to the gateway that keeps them (spending §3.10). */
export interface PurchaseForwarder {
  /** Undefined when this gateway is the owner. Rejects with `route.owner_unreachable`: never run elsewhere instead. */
  forward(call: KeyedCall): Promise<Forwarded | undefined>
  close(): Promise<void>
}

/** An owner on the same network answers a connect at once, or is away. */
const CONNECT_TIMEOUT_MS = 2_000
/** Answers of keyed purchases are stored whole; a larger one is not worth holding twice. */
const ANSWER_BYTES_MAX = 16_777_216
const LEGACY_REVISION = '2025-11-25'
/** The forwarding gateway cannot be asked on behalf of the client, so it offers nothing to be asked. */
const INITIALIZE = JSON.stringify({
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: {
    protocolVersion: LEGACY_REVISION,
    capabilities: {},
    clientInfo: { name: 'mcp-orchestra', version: '0.1.0' },
  },
})
const INITIALIZED = '{"jsonrpc":"2.0","method":"notifications/initialized"}'

/** Forwards over HTTP to the owner's internal address, at the server's transparent endpoint. */
export function createPurchaseForwarder(
  owners: PurchaseOwners,
  snapshot: Pick<SnapshotReplica, 'settings'>,
): PurchaseForwarder {
  const agent = new Agent({ connect: { timeout: CONNECT_TIMEOUT_MS } })

  const proofOf = (purchaseKey: string): string =>
    createHmac('sha256', `forward ${snapshot.settings()?.sealingKey ?? ''}`)
      .update(purchaseKey)
      .digest('hex')

  const send = async (
    url: string,
    method: 'POST' | 'DELETE',
    message: {
      readonly text?: string
      readonly headers: Record<string, string>
      readonly signal: CancelSignal
    },
  ): Promise<Dispatcher.ResponseData & { text: string }> => {
    const { signal, text } = message
    const headers = {
      ...message.headers,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    }
    try {
      const target = new URL(url)
      const response = await agent.request({
        origin: target.origin,
        path: target.pathname,
        method,
        headers,
        signal: toAbortSignal(signal),
        ...(text === undefined ? {} : { body: text }),
      })
      return { ...response, text: await readAnswer(response) }
    } catch (cause) {
      if (signal.aborted) throw signal.reason
      throw refuse('route.owner_unreachable', { cause, retryAfterSeconds: 1 })
    }
  }

  /** A session of a single call: the owner keeps the purchase, not the client's session. */
  const sendInSession = async (
    url: string,
    call: KeyedCall,
    headers: Record<string, string>,
  ): Promise<Forwarded> => {
    const { signal } = call
    const opened = await send(url, 'POST', { text: INITIALIZE, headers, signal })
    const sessionId = opened.headers['mcp-session-id']
    if (typeof sessionId !== 'string')
      return { status: opened.statusCode, responseText: opened.text }
    const session = {
      ...headers,
      'mcp-session-id': sessionId,
      'mcp-protocol-version': LEGACY_REVISION,
    }
    await send(url, 'POST', { text: INITIALIZED, headers: session, signal })
    const answer = await send(url, 'POST', { text: call.requestText, headers: session, signal })
    await send(url, 'DELETE', { headers: session, signal })
    return { status: answer.statusCode, responseText: answer.text }
  }

  return {
    async forward(call) {
      const { intent } = call
      if (intent.idempotencyKey === undefined) return undefined
      const purchaseKey = purchaseKeyOf(intent.caller, intent.idempotencyKey)
      const owner = owners.ownerOf(purchaseKey)
      const proof = proofOf(purchaseKey)
      if (owner.kind === 'self' || (call.proof !== undefined && isEqual(call.proof, proof)))
        return undefined
      const url = `${owner.internalUrl.replace(/\/$/, '')}/s/${intent.server.alias}/mcp`
      return await sendInSession(url, call, {
        authorization: call.authorization,
        'idempotency-key': intent.idempotencyKey,
        [FORWARDED_HEADER]: proof,
        ...sessionHeader(intent),
      })
    },
    close: () => agent.destroy(),
  }
}

/** The owner opens a session for this call alone: caps that bind each session count in the client's own. */
function sessionHeader({ session }: CallIntent): Record<string, string> {
  // What no header can carry was named in `_meta`, and travels in the request's text.
  return session !== undefined && /^[\x21-\x7e]+$/.test(session)
    ? { [SESSION_HEADER]: session }
    : {}
}

/** The response itself: of a stream the last event, which is the final one. */
async function readAnswer({ headers, body }: Dispatcher.ResponseData): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    const part = Buffer.from(chunk as Uint8Array)
    bytes += part.length
    if (bytes > ANSWER_BYTES_MAX) throw new Error(`the answer is over ${ANSWER_BYTES_MAX} bytes`)
    parts.push(part)
  }
  const whole = Buffer.concat(parts)
  if (String(headers['content-type'] ?? '').startsWith('text/event-stream')) {
    return new SseParser().push(whole).map(dataOf).findLast(isMessage) ?? ''
  }
  return whole.toString('utf8')
}

function isEqual(given: string, expected: string): boolean {
  return (
    given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected))
  )
}

function isMessage(data: string | undefined): data is string {
  return data !== undefined && data !== ''
}
