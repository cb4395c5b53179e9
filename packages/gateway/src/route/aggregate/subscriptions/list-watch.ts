import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { CallerIdentity } from '../../../authorize/caller.ts'
import type { Authorizer } from '../../../authorize/authorizer.ts'
import type { SnapshotReplica } from '../../../snapshot/replica.ts'

/** What lists are made from. */
export type ListWatchPorts = {
  readonly snapshot: Pick<SnapshotReplica, 'servers' | 'serverById' | 'keyById' | 'onChange'>
  readonly authorizer: Pick<Authorizer, 'mayUse'>
}

/** Told when the lists of a caller are others now: servers were registered, switched, moved, granted or taken. */
export type OnListsChanged = (gained: readonly ServerEntity[]) => void

/** What one key sees, and who watches its lists. */
type View = {
  readonly caller: CallerIdentity
  readonly watchers: Set<OnListsChanged>
  /** Servers that take part, by id, with what of them lists depend on. */
  readonly servers: Map<string, string>
  grants: string
}

/**
 * Watches the configuration for everyone who was promised to hear of changed lists: once for each key, however
 * many sessions and streams it has. What servers change themselves is theirs to tell.
 */
export class ListWatch {
  readonly #ports: ListWatchPorts
  readonly #views = new Map<string, View>()

  constructor(ports: ListWatchPorts) {
    this.#ports = ports
    ports.snapshot.onChange(({ kind, id }) => this.#onChange(kind, id))
  }

  /** Tells from now on until the returned function is called. */
  watch(caller: CallerIdentity, onChanged: OnListsChanged): () => void {
    const { keyId } = caller
    const view = this.#views.get(keyId) ?? this.#open(caller)
    this.#views.set(keyId, view)
    view.watchers.add(onChanged)
    return () => {
      view.watchers.delete(onChanged)
      if (view.watchers.size === 0 && this.#views.get(keyId) === view) this.#views.delete(keyId)
    }
  }

  #open(caller: CallerIdentity): View {
    const view: View = { caller, watchers: new Set(), servers: new Map(), grants: '' }
    view.grants = this.#grantsOf(view)
    for (const { id } of this.#ports.snapshot.servers()) this.#look(view, id)
    return view
  }

  #onChange(kind: string, id: string): void {
    if (kind === 'key') return this.#onKey(id)
    if (kind !== 'server' && kind !== 'organization') return
    for (const view of this.#views.values()) {
      if (kind === 'server') this.#tell(view, [id])
      else this.#tell(view, this.#serversOf(id))
    }
  }

  #onKey(id: string): void {
    const view = this.#views.get(id)
    // A revoked key ends its sessions and streams: there is nobody to tell.
    if (view === undefined || this.#ports.snapshot.keyById(id) === undefined) return
    const before = view.grants
    view.grants = this.#grantsOf(view)
    const ids = this.#ports.snapshot.servers().map((server) => server.id)
    this.#tell(view, ids, view.grants !== before)
  }

  #tell(view: View, serverIds: readonly string[], isChanged = false): void {
    const gained: ServerEntity[] = []
    let changed = isChanged
    for (const id of serverIds) {
      const before = view.servers.get(id)
      const server = this.#look(view, id)
      changed ||= view.servers.get(id) !== before
      if (before === undefined && server !== undefined) gained.push(server)
    }
    if (changed) for (const watcher of view.watchers) watcher(gained)
  }

  /** Notes whether a server takes part in the view now, and gives it when it does. */
  #look(view: View, id: string): ServerEntity | undefined {
    const { authorizer, snapshot } = this.#ports
    const server = snapshot.serverById(id)
    const key = snapshot.keyById(view.caller.keyId) ?? view.caller.key
    const takesPart =
      server?.enabled === true && authorizer.mayUse({ ...view.caller, key }, server) === undefined
    if (!takesPart) {
      view.servers.delete(id)
      return undefined
    }
    const { alias, announcePrices, transport } = server
    view.servers.set(id, JSON.stringify([alias, announcePrices, transport]))
    return server
  }

  #grantsOf({ caller }: View): string {
    const key = this.#ports.snapshot.keyById(caller.keyId) ?? caller.key
    return JSON.stringify([key.allow, key.deny])
  }

  #serversOf(organizationId: string): string[] {
    return this.#ports.snapshot
      .servers()
      .filter((server) => server.organizationId === organizationId)
      .map(({ id }) => id)
  }
}
