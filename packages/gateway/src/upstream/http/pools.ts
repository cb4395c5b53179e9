import { lookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { Clock } from '@mcp-orchestra/kernel'
import { Pool } from 'undici'
import type { AccountCaller } from '../credentials/account.ts'
import type { CredentialBook } from '../credentials/credential-book.ts'
import type { InNameOf } from '../credentials/in-name-of.ts'
import { refuseUpstream } from '../problems.ts'
import type { Spool } from '../spool/spool.ts'
import { SseBook } from '../sse/sse-book.ts'
import type { AddressPolicy } from './address-policy.ts'

/**
 * Sockets per server. Calls have a bound of their own (`concurrentCallsMax`) and streams one per session, so
 * that no call waits for a stream's socket. One pool for both: a stream that a client opened before its call
 * leaves before it, on a socket that is warm; a server of the official SDK loses what it asks otherwise.
 */
const SOCKETS_PER_SERVER_MAX = 10_000
/** A connection that takes longer is down for our purposes, in milliseconds. */
const CONNECT_TIMEOUT_MS = 5_000
/** Idle sockets are given back before a typical server's own 5 s keep-alive ends, in milliseconds. */
const IDLE_SOCKET_MS = 4_000

/** Never sent from a server's configured headers: they belong to the connection or to the protocol. */
const RESERVED_HEADERS = new Set([
  'host',
  'connection',
  'content-length',
  'content-type',
  'transfer-encoding',
  'accept',
  'accept-encoding',
  'mcp-session-id',
  'mcp-protocol-version',
  'mcp-method',
  'mcp-name',
])

/** Where a server's requests go: worked out once for each version of the server. */
export type HttpTarget = {
  readonly pool: Pool
  readonly path: string
  /** The headers that its registration asks for. */
  readonly headers: Readonly<Record<string, string>>
}

/** What the views of one set of pools have in common, and whose view it is. */
type Shared = {
  readonly pools: Map<string, Pool>
  readonly targets: WeakMap<ServerEntity, HttpTarget>
  readonly sse: SseBook
  readonly caller: AccountCaller
}

type HttpPlace = { readonly url: string; readonly headers: Readonly<Record<string, string>> }

/** Pooled connections to servers, one pool per server and origin; redirects are never followed. */
export class HttpPools {
  readonly #pools: Map<string, Pool>
  /** An entity of the snapshot is never changed, only replaced. */
  readonly #targets: WeakMap<ServerEntity, HttpTarget>
  readonly #isAllowed: AddressPolicy
  readonly #clock: Clock
  /** Which servers were found to speak HTTP+SSE. */
  readonly sse: SseBook
  /** Where answers on a shared stream are kept that are too large for memory. */
  readonly spool: Spool
  /** Whose tokens requests carry. */
  readonly inNameOf: InNameOf

  constructor(
    isAllowed: AddressPolicy,
    clock: Clock,
    spool: Spool,
    book?: CredentialBook,
    shared?: Shared,
  ) {
    this.spool = spool
    this.#isAllowed = isAllowed
    this.#pools = shared?.pools ?? new Map()
    this.#targets = shared?.targets ?? new WeakMap()
    this.sse = shared?.sse ?? new SseBook(clock)
    this.#clock = clock
    this.inNameOf = { book, caller: shared?.caller }
  }

  /** The same sockets, with the tokens of one caller. */
  as(caller: AccountCaller | undefined): HttpPools {
    const { book } = this.inNameOf
    if (book === undefined || caller === undefined) return this
    const shared = { pools: this.#pools, targets: this.#targets, sse: this.sse, caller }
    return new HttpPools(this.#isAllowed, this.#clock, this.spool, book, shared)
  }

  /** The way to a server; throws the problem when the address is not allowed. */
  targetOf(server: ServerEntity, { url: text, headers }: HttpPlace): HttpTarget {
    const known = this.#targets.get(server)
    if (known !== undefined) return known
    const url = new URL(text)
    const target = {
      pool: this.#poolFor(server, url),
      path: `${url.pathname}${url.search}`,
      headers: configuredHeaders(headers),
    }
    this.#targets.set(server, target)
    return target
  }

  #poolFor(server: ServerEntity, url: URL): Pool {
    const host = url.hostname.replace(/^\[|\]$/g, '')
    if (isIP(host) !== 0 && !this.#isAllowed(host, server)) throw this.#refuse(host)
    const key = `${server.id} ${url.origin}`
    const known = this.#pools.get(key)
    if (known !== undefined) return known
    const pool = new Pool(url.origin, {
      connections: SOCKETS_PER_SERVER_MAX,
      pipelining: 1,
      keepAliveTimeout: IDLE_SOCKET_MS,
      connect: { timeout: CONNECT_TIMEOUT_MS, lookup: this.#lookupFor(server) },
    })
    this.#pools.set(key, pool)
    return pool
  }

  /** Sockets in use and waiting requests of all pools: zero when nothing is in flight. */
  running(): number {
    return [...this.#pools.values()].reduce(
      (sum, pool) => sum + pool.stats.running + pool.stats.queued,
      0,
    )
  }

  async close(): Promise<void> {
    const pools = [...this.#pools.values()]
    this.#pools.clear()
    await Promise.all(pools.map((pool) => pool.destroy()))
  }

  /** Checks what a name resolves to in the same look-up that the connection uses, so it cannot change in between. */
  #lookupFor(server: ServerEntity): LookupFunction {
    return (hostname, options, callback) => {
      lookup(hostname, { ...options, all: true }, (error, addresses) => {
        if (error !== null) return callback(error, [])
        const allowed = addresses.filter(({ address }) => this.#isAllowed(address, server))
        const [first] = allowed
        if (first === undefined) return callback(this.#refuse(hostname), [])
        if (options.all === true) callback(null, allowed)
        else callback(null, first.address, first.family)
      })
    }
  }

  #refuse(host: string): Error {
    return refuseUpstream('upstream.address_refused', {
      detail: `the address of ${host} is not allowed`,
    })
  }
}

function configuredHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .filter(([name]) => !RESERVED_HEADERS.has(name)),
  )
}
