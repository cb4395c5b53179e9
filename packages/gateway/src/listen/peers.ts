import { Cancel } from '../cancel.ts'
import type { IncomingHttpHeaders } from 'node:http'
import { Pool } from 'undici'
import type { PurchaseOwners } from '../route/owner.ts'
import { exchange as exchangeHttp, READ_ENOUGH } from '../upstream/http/exchange.ts'
import type { ClientExchange } from './http-listener.ts'
import { refuseListen } from './problems.ts'

/** Another gateway of this installation. */
export type Peer = { readonly id: string; readonly internalUrl: string }

/** Which gateway owns what (spending §3.10, §7.22); with one gateway, everything is its own. */
export type PeerBook = PurchaseOwners & {
  /** This gateway's slot: it survives restarts, and names the owner in session ids. */
  readonly self: string
  gateways(): readonly Peer[]
}

/** Carries requests that belong to another gateway to it, over the local network, as they came. */
export interface Peers {
  readonly self: string
  /** The gateway that a session id names; undefined when it is this one, or none that is known. */
  ownerOfSession(sessionId: string): Peer | undefined
  ownerOfPurchase(purchaseKey: string): Peer | undefined
  /** Another gateway by its slot; undefined when it is this one, or none that is known. */
  bySlot(slot: string): Peer | undefined
  forward(peer: Peer, exchange: ClientExchange, body: string | undefined): Promise<void>
  /** The same, when the peer is there; false when it took no connection: then nothing was sent and nothing answered. */
  reach(peer: Peer, exchange: ClientExchange, body: string | undefined): Promise<boolean>
  close(): Promise<void>
}

/** Between the slot and the random part of a session id. */
const SEPARATOR = '.'
/** Connections to one peer: calls that are passed on, and a stream for each session that lives there and is listened to here. */
const SOCKETS_MAX = 10_000
/** A peer on the same machine or rack that does not connect in this time is away, in milliseconds. */
const CONNECT_TIMEOUT_MS = 2_000

/** Belong to one connection, or are written anew. */
const HOP_HEADERS = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** The gateway that a session id names; empty when it names none. */
export function slotOf(sessionId: string): string {
  return sessionId.slice(0, Math.max(0, sessionId.lastIndexOf(SEPARATOR)))
}

/** A session id that names its gateway. */
export function sessionIdOf(self: string, random: string): string {
  return `${self}${SEPARATOR}${random}`
}

/** The peers of this gateway. */
export function createPeers(book: PeerBook): Peers {
  const pools = new Map<string, Pool>()
  const poolOf = (url: string): Pool => {
    const known = pools.get(url)
    if (known !== undefined) return known
    const pool = new Pool(url, {
      connections: SOCKETS_MAX,
      connect: { timeout: CONNECT_TIMEOUT_MS },
    })
    pools.set(url, pool)
    return pool
  }
  const bySlot = (slot: string): Peer | undefined =>
    slot === book.self ? undefined : book.gateways().find((peer) => peer.id === slot)
  return {
    self: book.self,
    bySlot,
    ownerOfSession: (sessionId) => bySlot(slotOf(sessionId)),
    ownerOfPurchase(purchaseKey) {
      const owner = book.ownerOf(purchaseKey)
      return owner.kind === 'self' ? undefined : owner
    },
    async forward(peer, exchange, body) {
      const failure = await forward(poolOf(new URL(peer.internalUrl).origin), exchange, body)
      if (failure !== undefined) refuseAway(peer, exchange, failure)
    },
    async reach(peer, exchange, body) {
      const failure = await forward(poolOf(new URL(peer.internalUrl).origin), exchange, body)
      if (failure === undefined) return true
      if (isUnconnected(failure.cause)) return false
      refuseAway(peer, exchange, failure)
      return true
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()))
    },
  }
}

function refuseAway(peer: Peer, { reply }: ClientExchange, { cause }: Failure): void {
  const detail = peer.id
  reply.problem(refuseListen('listen.peer_away', { detail, cause, retryAfterSeconds: 1 }))
}

/** Failures of a connection that never was: the peer cannot have seen the request. */
const UNCONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

function isUnconnected(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && UNCONNECTED.has(String(cause.code))
}

/** Why nothing was answered. */
type Failure = { readonly cause: unknown }

/** Sends a request on; gives the failure when the answer has not begun. */
async function forward(
  pool: Pool,
  exchange: ClientExchange,
  body: string | undefined,
): Promise<Failure | undefined> {
  const { method, path, headers, reply } = exchange
  const over = new Cancel()
  over.follow(reply.left)
  try {
    const response = await exchangeHttp(pool, {
      method,
      path,
      headers: endToEnd(headers),
      body,
      headersTimeoutMs: 0,
      bodyTimeoutMs: 0,
      signal: over.signal,
    })
    reply.startRaw(response.status, endToEnd(response.headers))
    for await (const chunk of response.body) await reply.bytes(chunk)
    reply.end()
  } catch (cause) {
    if (reply.left.aborted) return undefined
    if (!reply.isStarted) return { cause }
    reply.break()
  } finally {
    over.abort(READ_ENOUGH)
  }
  return undefined
}

function endToEnd(headers: IncomingHttpHeaders): Record<string, string> {
  const out: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !HOP_HEADERS.has(name))
      out[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return out
}
