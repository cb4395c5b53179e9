import { connectionId, type SnapshotMessage } from '@mcp-orchestra/api/snapshot'
import { instant, type Clock } from '@mcp-orchestra/kernel'
import type { ControlPlaneLink } from '../link/link.ts'
import type { WholeMessage } from './assembly.ts'
import { createAcknowledger } from './acknowledger.ts'
import { startCopyKeeper, type CopyKeeper } from './copy-keeper.ts'
import type { DiskCopy } from './disk-copy.ts'
import { LINK_SILENCE_MS, startFollower, type Follower } from './follower.ts'
import { createFreshness } from './freshness.ts'
import { createRefresher } from './refresher.ts'
import type { SnapshotReplica } from './replica.ts'
import { createSnapshotState } from './state.ts'

/** How many heartbeats in a row may name another version before a full snapshot is asked for. */
const BEHIND_HEARTBEATS_MAX = 4

/** A command of the control plane that rides on the stream. */
export type SnapshotCommand = Extract<SnapshotMessage, { type: 'recall' | 'probe' }>

/** A replica that keeps itself up to date. */
export interface FollowingReplica extends SnapshotReplica {
  /** Told of `recall` and `probe`. */
  onCommand(listener: (command: SnapshotCommand) => void): void
  /** Told when the database's history is another one than before: a restore or a new timeline (spending §5.18). */
  onEpoch(listener: (epoch: number) => void): void
  /** Loads the copy on disk and begins to follow; resolves when there is a snapshot to serve from. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** What the replica reports: one function per event (conventions §1). */
export type SnapshotEvents = {
  applied(version: number, changes: number): void
  resync(heldVersion: number): void
  disconnected(cause: unknown): void
  unreadable(kind: string, id: string, cause: unknown): void
  copyFailed(cause: unknown): void
  acknowledgeFailed(cause: unknown): void
}

/** What it follows, and where it keeps its copy. */
export type ReplicaOptions = {
  readonly link: Pick<ControlPlaneLink, 'followSnapshot' | 'acknowledge' | 'head'>
  readonly clock: Clock
  readonly copy: DiskCopy
  readonly events: SnapshotEvents
}

/** The gateway's replica of the numbered snapshot (spending §7.20 and §7.21). */
export function createSnapshotReplica({
  link,
  clock,
  copy,
  events,
}: ReplicaOptions): FollowingReplica {
  const state = createSnapshotState(({ kind, id }, cause) => events.unreadable(kind, id, cause))
  const freshness = createFreshness(clock, LINK_SILENCE_MS)
  const changeListeners: ((change: { kind: string; id: string }) => void)[] = []
  const commandListeners: ((command: SnapshotCommand) => void)[] = []
  const epochListeners: ((epoch: number) => void)[] = []
  const ready = Promise.withResolvers<void>()
  const acknowledger = createAcknowledger(
    (version) => link.acknowledge(version),
    (cause) => events.acknowledgeFailed(cause),
  )
  const refresher = createRefresher(link, clock, state)
  let behind = 0
  let keeper: CopyKeeper | undefined
  let follower: Follower | undefined

  const tell = (changes: readonly { kind: string; id: string }[]): void => {
    for (const change of changes) for (const listener of changeListeners) listener(change)
  }

  const applied = (changes: readonly { kind: string; id: string }[]): void => {
    events.applied(state.version(), changes.length)
    tell(changes)
    refresher.reached(state.version())
    acknowledger.acknowledge(state.version())
    keeper?.changed()
    ready.resolve()
  }

  const onMessage = (message: WholeMessage, first: boolean): 'go on' | 'resync' => {
    if (message.type === 'recall' || message.type === 'probe') {
      freshness.heard()
      for (const listener of commandListeners) listener(message)
      return 'go on'
    }
    const epochBefore = state.epoch()
    const outcome = state.apply(message, first)
    behind = outcome.kind === 'behind' ? behind + 1 : 0
    if (outcome.kind === 'gap' || behind > BEHIND_HEARTBEATS_MAX) {
      events.resync(state.version())
      behind = 0
      return 'resync'
    }
    freshness.heard()
    if (epochBefore !== 0 && state.epoch() !== epochBefore) {
      for (const listener of epochListeners) listener(state.epoch())
    }
    if (outcome.kind === 'applied') applied(outcome.changes)
    // The control plane forgets who acknowledged what when it restarts.
    else if (first) acknowledger.acknowledge(state.version())
    if (outcome.kind === 'unchanged') ready.resolve()
    return 'go on'
  }

  const loadCopy = async (): Promise<void> => {
    const saved = await copy.load()
    if (saved === undefined) return
    const { version, epoch, changes, heardAt } = saved
    const full: WholeMessage = { type: 'full', version, epoch, changes: [...changes] }
    const outcome = state.apply(full, true)
    if (outcome.kind === 'applied') tell(outcome.changes)
    freshness.restore(clock.now() - heardAt)
    ready.resolve()
  }

  return {
    get version() {
      return state.version()
    },
    get epoch() {
      return state.epoch()
    },
    settings: () => state.indexes().settings(),
    serverByAlias: (alias) => state.indexes().serversByAlias.get(alias),
    serverById: (id) => state.indexes().servers.get(id),
    servers: () => state.indexes().serverList(),
    keyByDigest: (digest) => state.indexes().keysByDigest.get(digest),
    keyById: (id) => state.indexes().keys.get(id),
    organizationActive: (id) => state.indexes().organizations.get(id)?.status === 'active',
    priceOf: (serverId, tool) => state.indexes().prices.inForce(serverId, tool, clock.now()),
    priceAt: (serverId, tool, version) => state.indexes().prices.version(serverId, tool, version),
    capsOf: (path) => state.indexes().caps.of(path),
    stopOf: (path, serverId) => state.indexes().stops.of(path, serverId),
    stopById: (id) => state.indexes().stops.byId(id),
    mandatesOf: (path) => state.indexes().mandates.of(path),
    mandateById: (id) => state.indexes().mandates.byId(id),
    connectionById: (id) => state.indexes().connections.get(id),
    connectionOf: (serverId, holderId) =>
      state.indexes().connections.get(connectionId(serverId, holderId)),
    gateways: () => state.indexes().gatewayList(),
    staleMs: () => freshness.staleMs(),
    refresh: () => refresher.refresh(),
    onChange: (listener) => void changeListeners.push(listener),
    onEpoch: (listener) => void epochListeners.push(listener),
    onCommand: (listener) => void commandListeners.push(listener),
    async start() {
      await loadCopy()
      keeper = startCopyKeeper(
        copy,
        {
          snapshot: () => ({
            version: state.version(),
            epoch: state.epoch(),
            changes: state.dump(),
            heardAt: instant(clock.now() - Math.min(freshness.staleMs(), clock.now())),
          }),
          heard: () =>
            freshness.staleMs() === 0
              ? { version: state.version(), heardAt: clock.now() }
              : undefined,
        },
        (cause) => events.copyFailed(cause),
      )
      follower = startFollower({
        link,
        clock,
        after: () => state.version(),
        onMessage,
        onDisconnected(cause) {
          freshness.disconnected()
          events.disconnected(cause)
        },
      })
      await ready.promise
    },
    async stop() {
      await follower?.stop()
      await keeper?.stop()
    },
  }
}
