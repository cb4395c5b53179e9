import type { Ids, Problem } from '@mcp-orchestra/kernel'
import { CallAbort } from './upstream/call-abort.ts'
import { allowByReach, type AddressPolicy } from './upstream/http/address-policy.ts'
import { HttpPools } from './upstream/http/pools.ts'
import type { CredentialBook } from './upstream/credentials/credential-book.ts'
import { InFlight } from './upstream/in-flight.ts'
import { createOpenLink, holderOf } from './upstream/links.ts'
import { createModernNative } from './upstream/modern-native.ts'
import { createLegacyLinks, createModernUpstream, type Ways } from './upstream/speak.ts'
import { SPEECH_AS_REGISTERED, type Speech } from './upstream/speech.ts'
import { createLegacyOverLegacy } from './translate/legacy-over-legacy/link.ts'
import { createLegacyOverModern } from './translate/legacy-over-modern/link.ts'
import { createModernOverLegacy } from './translate/modern-over-legacy/upstream.ts'
import { ChildPool } from './upstream/stdio/child-pool.ts'
import { Spool } from './upstream/spool/spool.ts'
import { findOnPath, type BaseEnvironment } from './upstream/stdio/spawn-plan.ts'
import type { RunningCall } from './revocation.ts'
import type { SnapshotReplica } from './snapshot/replica.ts'
import { createVisits, type VisitServer } from './upstream/visit.ts'
import { createCarryExchange } from './listen/carry-exchange.ts'
import {
  createHttpListener,
  type HttpListener,
  type ListenerOptions,
} from './listen/http-listener.ts'
import { createPeers, type PeerBook } from './listen/peers.ts'
import { refuseListen } from './listen/problems.ts'
import type { RelayParts } from './listen/relay-parts.ts'
import { createEndedSessions, type EndedSessions } from './listen/session/ended-sessions.ts'
import { createSessionIds } from './listen/session/session-ids.ts'
import { createMemoryNotes, type SessionNotes } from './listen/session/session-notes.ts'
import { SessionStore } from './listen/session/session-store.ts'
import { createSessionTokens } from './seal/session-token.ts'
import { createRequestStates } from './seal/request-state.ts'
import { createTaskHandles } from './seal/task-handle.ts'
import type { RefusedHandles } from './audit/refused-handles.ts'

/** What the relay is given: the steps that others build, and the machine's facts. */
export type RelayOptions = Omit<
  RelayParts,
  | 'inFlight'
  | 'sessions'
  | 'sessionIds'
  | 'openLink'
  | 'modern'
  | 'replica'
  | 'servers'
  | 'peers'
  | 'handles'
> &
  Pick<ListenerOptions, 'headersTimeoutMs' | 'bodyTimeoutMs' | 'keepAliveMs'> & {
    readonly ids: Ids
    readonly snapshot: Pick<SnapshotReplica, 'priceOf' | 'serverById'>
    /** The key that all gateways share (base64); throws a problem while none is known. */
    readonly sealingKey: () => string
    /** Told of handles that are not let in; nobody when absent. */
    readonly refusedHandles?: RefusedHandles
    /** Sessions that were ended for good; remembered by this process alone when absent. */
    readonly endedSessions?: EndedSessions
    /** What sessions came to have after their ids were made; remembered by this process alone when absent. */
    readonly sessionNotes?: SessionNotes
    /** Origins of pages that may call (the console's), and host names under which this gateway is reached. */
    readonly allowedOrigins: ReadonlySet<string>
    readonly allowedHosts: ReadonlySet<string>
    /** PATH, HOME and LANG for children. */
    readonly baseEnvironment: BaseEnvironment
    readonly isAddressAllowed?: AddressPolicy
    /** Where answers are kept that are too large for memory; the machine's own place for passing files when absent. */
    readonly spoolDirectory?: string
    /** What servers speak; by their registration alone when absent. */
    readonly speech?: Speech
    /** How long a child process that nobody uses is kept, in milliseconds. */
    readonly lingerMs?: number
    readonly childrenMax?: number
    /** Tokens for servers, by caller; none where servers are called as they are registered. */
    readonly credentials?: CredentialBook
    /** The other gateways of this installation; absent when this is the only one. */
    readonly peerBook?: PeerBook
  }

/** The relay of one gateway process: it listens, carries, and can take back what it carries. */
export interface Relay {
  readonly listen: HttpListener['listen']
  readonly visit: VisitServer
  /** Ends the calls, streams and sessions that match, with the problem that the client is told; returns how many. */
  abortWhere(matches: (running: RunningCall) => boolean, problem: Problem): number
  /** Ends a server's processes: it was changed, turned off or removed. */
  stopServer(serverId: string): Promise<void>
  /** What is open now: for health, and for tests that prove that nothing leaks. */
  load(): {
    readonly calls: number
    readonly sessions: number
    readonly children: number
    readonly sockets: number
    /** What is on the disk because it is too large for memory, in bytes. */
    readonly spooledBytes: number
    /** Sessions with legacy servers that are kept for modern clients, and calls there that wait for their clients' answers. */
    readonly pooled: number
    readonly parked: number
  }
  /** Takes no new connections, lets calls end for up to `drainMs`, then ends everything: children gone, sockets closed. */
  close(drainMs?: number): Promise<void>
}

/** A session that was heard of within this time keeps its processes: it may still be opening them, in milliseconds. */
const PROCESS_IDLE_MS_MIN = 5_000

/** The book of the only gateway. */
const ALONE: PeerBook = { self: 'gateway', gateways: () => [], ownerOf: () => ({ kind: 'self' }) }

const NOBODY_HEARS: RefusedHandles = { note: () => undefined }

/** Builds the relay. */
export function createRelay(options: RelayOptions): Relay {
  const { allowedHosts, allowedOrigins, clock, ids } = options
  const spool = new Spool(options.spoolDirectory)
  const policy = options.isAddressAllowed ?? allowByReach
  const pools = new HttpPools(policy, clock, spool, options.credentials)
  const children = new ChildPool({
    clock,
    baseEnvironment: options.baseEnvironment,
    spool,
    endIdleUse: (holder) =>
      sessions.endIdle(
        ({ caller, links }) =>
          (holder === undefined || holderOf(caller) === holder) &&
          links.some(({ server }) => server.transport.kind === 'stdio'),
        PROCESS_IDLE_MS_MIN,
      ) ||
      modernOverLegacy.endIdleProcess(
        (caller) => holder === undefined || holderOf(caller) === holder,
        PROCESS_IDLE_MS_MIN,
      ),
    setpriv: findOnPath('setpriv', options.baseEnvironment.PATH),
    ...(options.lingerMs === undefined ? {} : { lingerMs: options.lingerMs }),
    ...(options.childrenMax === undefined ? {} : { childrenMax: options.childrenMax }),
  })
  const inFlight = new InFlight(clock)
  const peers = createPeers(options.peerBook ?? ALONE)
  const sessions = new SessionStore({ clock })
  const mintId = (): number => inFlight.mintId()
  const legacyNative = createOpenLink(pools, children)
  const modernNative = createModernNative(pools, children)
  const modernOverLegacy = createModernOverLegacy({
    openLink: legacyNative,
    mintId,
    clock,
    slot: peers.self,
  })
  const speech = options.speech ?? SPEECH_AS_REGISTERED
  const ways: Ways = {
    speech,
    legacyNative: createLegacyOverLegacy(legacyNative),
    modernNative,
    legacyOverModern: createLegacyOverModern({
      modern: modernNative,
      mintId,
      clock,
      doubt: (server) => speech.doubt(server),
    }),
    modernOverLegacy,
  }
  const openLink = createLegacyLinks(ways)
  const refused = options.refusedHandles ?? NOBODY_HEARS
  const sessionIds = createSessionIds({
    self: peers.self,
    tokens: createSessionTokens(options.sealingKey, clock),
    ended: options.endedSessions ?? createEndedSessions(clock),
    notes: options.sessionNotes ?? createMemoryNotes(),
    store: sessions,
    refused,
    serverById: (id) => options.snapshot.serverById(id),
    mayUse: (caller, server) => options.authorizer.mayUse(caller, server),
    openLink,
    mintId,
  })
  const { headersTimeoutMs, bodyTimeoutMs, keepAliveMs } = options
  const listener = createHttpListener({
    policy: { allowedHosts, allowedOrigins },
    ids,
    carry: createCarryExchange({
      ...options,
      replica: options.snapshot,
      servers: options.snapshot,
      inFlight,
      sessions,
      sessionIds,
      openLink,
      modern: createModernUpstream(ways),
      peers,
      handles: {
        self: peers.self,
        states: createRequestStates(options.sealingKey, clock),
        tasks: createTaskHandles(options.sealingKey, clock),
        refused,
      },
    }),
    onBug: options.onBug,
    ...(headersTimeoutMs === undefined ? {} : { headersTimeoutMs }),
    ...(bodyTimeoutMs === undefined ? {} : { bodyTimeoutMs }),
    ...(keepAliveMs === undefined ? {} : { keepAliveMs }),
  })
  const abortWhere = (matches: (running: RunningCall) => boolean, problem: Problem): number => {
    const reason = new CallAbort('cancelled', problem)
    return (
      inFlight.abortWhere(matches, reason) +
      sessions.dropWhere(matches, reason) +
      modernOverLegacy.dropWhere(matches, reason)
    )
  }
  return {
    listen: listener.listen,
    visit: createVisits({ pools, children, mintId }),
    abortWhere,
    stopServer: (serverId) => children.stopServer(serverId),
    load: () => ({
      calls: inFlight.size,
      sessions: sessions.size,
      children: children.size,
      sockets: pools.running(),
      spooledBytes: spool.bytes,
      ...modernOverLegacy.load(),
    }),
    async close(drainMs = 0) {
      const closed = listener.close()
      await inFlight.drained(drainMs)
      const problem = refuseListen('listen.stopping')
      const reason = new CallAbort('cancelled', problem)
      // First, for a session that another process can go on with is not ended at its server.
      const left = sessions.close(reason)
      abortWhere(() => true, problem)
      await Promise.all([left, modernOverLegacy.close(reason)])
      listener.cut()
      await Promise.all([children.close(), pools.close(), peers.close(), closed])
    },
  }
}
