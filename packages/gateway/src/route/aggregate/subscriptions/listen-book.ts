import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { Clock } from '@mcp-orchestra/kernel'
import type { CallerIdentity } from '../../../authorize/caller.ts'
import type { Authorizer } from '../../../authorize/authorizer.ts'
import type { SnapshotReplica } from '../../../snapshot/replica.ts'
import type { Ask } from '../../../upstream/ask.ts'
import { accountFor, accountKey } from '../../../upstream/credentials/account.ts'
import { filterText, type Filter } from './filter.ts'
import { SharedListen, type Listener } from './shared-listen.ts'

/** What rights and servers are looked up in. */
export type ListenBookPorts = {
  readonly snapshot: Pick<SnapshotReplica, 'serverById' | 'keyById' | 'connectionOf' | 'onChange'>
  readonly authorizer: Pick<Authorizer, 'mayUse' | 'mayUseWhole'>
  readonly clock: Clock
}

/** Listens for different sets of resources and of tasks at one server; each is a socket, and a server has 10,000 of them. */
export const RESOURCE_LISTENS_PER_SERVER_MAX = 1_000
/** Clients of one listen: more than one process has sockets for, so it only bounds what a fault could do. */
export const LISTENERS_MAX = 50_000

/** All shared listens of this gateway: by server, then by what is asked of it. */
export class ListenBook {
  readonly #ports: ListenBookPorts
  readonly #byServer = new Map<string, Map<string, SharedListen>>()
  readonly #listenersMax: number
  /** With which account each stream was opened. */
  readonly #accounts = new WeakMap<SharedListen, string>()

  constructor(ports: ListenBookPorts, listenersMax: number = LISTENERS_MAX) {
    this.#ports = ports
    this.#listenersMax = listenersMax
    ports.snapshot.onChange(({ kind, id }) => this.#onChange(kind, id))
  }

  /** Streams to servers that are open or shall be. */
  get size(): number {
    return [...this.#byServer.values()].reduce((sum, listens) => sum + listens.size, 0)
  }

  /**
   * Lets a client share the listen for a question to a server, opened with `ask` when it is the first, or when those before it may no longer speak. Undefined
   * when the client may not (any more) or a limit is reached: then the acknowledgement does not promise it.
   */
  join(
    { id }: ServerEntity,
    question: Filter,
    listener: Listener,
    ask: Ask,
  ): SharedListen | undefined {
    const server = this.#ports.snapshot.serverById(id)
    if (server?.enabled !== true || !this.#mayHear(listener.caller, server, question))
      return undefined
    const listens = this.#byServer.get(id) ?? new Map<string, SharedListen>()
    // What one account hears is not for another one.
    const account = this.#accountOf(listener.caller, server)
    const key = `${filterText(question)} ${account}`
    const listen = listens.get(key) ?? this.#open(listens, key, account, { server, question })
    if (listen === undefined || listen.size >= this.#listenersMax) return undefined
    listen.join(listener, ask)
    return listen
  }

  #open(
    listens: Map<string, SharedListen>,
    key: string,
    account: string,
    parts: { readonly server: ServerEntity; readonly question: Filter },
  ): SharedListen | undefined {
    const { server, question } = parts
    if (question.lists === 0 && listens.size >= RESOURCE_LISTENS_PER_SERVER_MAX) return undefined
    const listen = new SharedListen({
      ...parts,
      clock: this.#ports.clock,
      onOver: () => {
        listens.delete(key)
        if (listens.size === 0) this.#byServer.delete(server.id)
      },
    })
    listens.set(key, listen)
    this.#accounts.set(listen, account)
    this.#byServer.set(server.id, listens)
    return listen
  }

  /** Rights stay each client's own: who loses one leaves, the others hear on. */
  #onChange(kind: string, id: string): void {
    if (kind === 'server') {
      const server = this.#ports.snapshot.serverById(id)
      for (const listen of this.#byServer.get(id)?.values() ?? []) {
        listen.follow(server)
        this.#review(listen, () => true)
      }
    }
    if (kind === 'connection') {
      const serverId = id.slice(0, id.indexOf(':'))
      for (const listen of this.#byServer.get(serverId)?.values() ?? []) {
        this.#review(listen, () => true)
      }
    }
    if (kind !== 'key' && kind !== 'organization') return
    for (const listens of this.#byServer.values()) {
      for (const listen of listens.values()) {
        if (kind === 'key') this.#review(listen, ({ keyId }) => keyId === id)
        else if (listen.server.organizationId === id) this.#review(listen, () => true)
      }
    }
  }

  #review(listen: SharedListen, concerns: (caller: CallerIdentity) => boolean): void {
    const { server, question } = listen
    listen.review(
      (caller) =>
        !concerns(caller) ||
        (this.#mayHear(caller, server, question) &&
          this.#accounts.get(listen) === this.#accountOf(caller, server)),
    )
  }

  #accountOf(caller: CallerIdentity, server: ServerEntity): string {
    return accountKey(accountFor(this.#ports.snapshot, server, caller))
  }

  /** By the key as it is now: a listener was let in with the key of that time. */
  #mayHear(caller: CallerIdentity, server: ServerEntity, { lists }: Filter): boolean {
    const { authorizer, snapshot } = this.#ports
    const key = snapshot.keyById(caller.keyId)
    if (key === undefined) return false
    const now = key === caller.key ? caller : { ...caller, key }
    if (authorizer.mayUse(now, server) !== undefined) return false
    return lists !== 0 || authorizer.mayUseWhole(now, server) === undefined
  }
}
