import type {
  ConnectionEntity,
  KeyEntity,
  ServerEntity,
  SettingsEntity,
  SnapshotBody,
} from '@mcp-orchestra/api/snapshot'
import type { EntityChange } from './entity.ts'
import { createCapIndex, type CapIndex } from './cap-index.ts'
import { createMandateIndex, type MandateIndex } from './mandate-index.ts'
import { createPriceIndex, type PriceIndex } from './price-index.ts'
import { createStopIndex, type StopIndex } from './stop-index.ts'

/** All entities of one version, indexed for the look-ups of the hot path. */
export interface SnapshotIndexes {
  readonly keysByDigest: ReadonlyMap<string, KeyEntity>
  readonly keys: ReadonlyMap<string, KeyEntity>
  readonly servers: ReadonlyMap<string, ServerEntity>
  readonly serversByAlias: ReadonlyMap<string, ServerEntity>
  readonly organizations: ReadonlyMap<string, SnapshotBody<'organization'>>
  readonly prices: PriceIndex
  /** By {@link connectionId}. */
  readonly connections: ReadonlyMap<string, ConnectionEntity>
  settings(): SettingsEntity | undefined
  /** Ordered by alias. */
  serverList(): readonly ServerEntity[]
  /** Ordered by id. */
  gatewayList(): readonly SnapshotBody<'gateway'>[]
  readonly caps: Pick<CapIndex, 'of'>
  readonly stops: Pick<StopIndex, 'of' | 'byId'>
  readonly mandates: Pick<MandateIndex, 'of' | 'byId'>
  apply(change: EntityChange): void
}

/** Empty indexes; a full snapshot fills new ones and swaps them in, so nobody ever sees half of it. */
export function createIndexes(): SnapshotIndexes {
  const keys = new Map<string, KeyEntity>()
  const keysByDigest = new Map<string, KeyEntity>()
  const servers = new Map<string, ServerEntity>()
  const serversByAlias = new Map<string, ServerEntity>()
  const organizations = new Map<string, SnapshotBody<'organization'>>()
  const gateways = new Map<string, SnapshotBody<'gateway'>>()
  const connections = new Map<string, ConnectionEntity>()
  const caps = createCapIndex()
  const stops = createStopIndex()
  const mandates = createMandateIndex()
  const pricesById = new Map<string, NonNullable<ReturnType<PriceIndex['inForce']>>>()
  const prices = createPriceIndex()
  let settings: SettingsEntity | undefined
  let serverList: readonly ServerEntity[] | undefined
  let gatewayList: readonly SnapshotBody<'gateway'>[] | undefined

  const apply = (change: EntityChange): void => {
    const { id } = change
    switch (change.kind) {
      case 'key': {
        const before = keys.get(id)
        if (before !== undefined && keysByDigest.get(before.digest)?.id === id) {
          keysByDigest.delete(before.digest)
        }
        setOrDelete(keys, id, change.body)
        if (change.body !== undefined) keysByDigest.set(change.body.digest, change.body)
        return
      }
      case 'server': {
        const before = servers.get(id)
        if (before !== undefined && serversByAlias.get(before.alias)?.id === id) {
          serversByAlias.delete(before.alias)
        }
        setOrDelete(servers, id, change.body)
        if (change.body !== undefined) serversByAlias.set(change.body.alias, change.body)
        serverList = undefined
        return
      }
      case 'price': {
        const before = pricesById.get(id)
        if (before !== undefined) prices.remove(before)
        setOrDelete(pricesById, id, change.body)
        if (change.body !== undefined) prices.put(change.body)
        return
      }
      case 'cap':
        return caps.put(id, change.body)
      case 'stop':
        return stops.put(id, change.body)
      case 'mandate':
        return mandates.put(id, change.body)
      case 'organization':
        return setOrDelete(organizations, id, change.body)
      case 'gateway':
        gatewayList = undefined
        return setOrDelete(gateways, id, change.body)
      case 'connection':
        return setOrDelete(connections, id, change.body)
      case 'settings':
        settings = change.body
        return
    }
  }

  return {
    keys,
    keysByDigest,
    servers,
    serversByAlias,
    organizations,
    prices,
    connections,
    caps,
    stops,
    mandates,
    apply,
    settings: () => settings,
    serverList: () => (serverList ??= [...servers.values()].toSorted(byText(({ alias }) => alias))),
    gatewayList: () => (gatewayList ??= [...gateways.values()].toSorted(byText(({ id }) => id))),
  }
}

function setOrDelete<V>(map: Map<string, V>, id: string, value: V | undefined): void {
  if (value === undefined) map.delete(id)
  else map.set(id, value)
}

function byText<T>(text: (item: T) => string): (a: T, b: T) => number {
  return (a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0)
}
