import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { CallerIdentity } from '../authorize/caller.ts'
import { HttpLink } from './http/http-link.ts'
import type { HttpPools } from './http/pools.ts'
import type { ChildPool } from './stdio/child-pool.ts'
import { SessionLost, type KeptLink, type UpstreamLink } from './upstream.ts'

/** For whom a link is opened. */
export type LinkFor = {
  readonly caller: CallerIdentity
  readonly revision: string
  /** The client can be asked by the server: a child process is then its own. */
  readonly declaresReverse: boolean
  /** A session that is gone on with, instead of a new one. */
  readonly kept?: KeptLink | undefined
  /** What the client has said before, for a session that is gone on with and that no server keeps. */
  readonly said?: Said
}

/** What a legacy client said in its session: the params of `initialize` as JSON text, the level of logs that it set, and what it subscribed to. */
export type Said = {
  readonly greetingText: string
  readonly level: string | undefined
  readonly uris: readonly string[]
}

/** Opens legacy sessions with servers, over HTTP or to a child process. Nothing is sent yet. Throws {@link SessionLost} for one that cannot be gone on with. */
export type OpenLink = (server: ServerEntity, who: LinkFor) => UpstreamLink

/** The links of this gateway's pools. */
export function createOpenLink(pools: HttpPools, children: ChildPool): OpenLink {
  return (server, { caller, revision, declaresReverse, kept }) => {
    if (server.transport.kind === 'http') return new HttpLink(pools.as(caller), server, kept)
    if (kept !== undefined) throw new SessionLost('its process is another one now')
    return children.open(server, { holder: holderOf(caller), isShared: !declaresReverse, revision })
  }
}

/** Who holds a process: the key that uses it. */
export function holderOf(caller: CallerIdentity): string {
  return `${caller.organizationId}|${caller.keyId}`
}
