import type { UpstreamAuth } from '@mcp-orchestra/api/routes/upstream-auth'
import type { Id } from '@mcp-orchestra/kernel'
import type { Server } from '../server.ts'

/** A server as its authorization sees it: one that is reached by HTTP and may want tokens. */
export type UpstreamServer = {
  readonly id: Id<'srv'>
  readonly alias: string
  readonly organizationId: Id<'org'>
  readonly url: string
  readonly reach: Server['reach']
  readonly auth: Exclude<UpstreamAuth, { kind: 'none' }>
}

/** Undefined for a process, and for a server that is called without tokens. */
export function upstreamServerOf(server: Server): UpstreamServer | undefined {
  const { id, alias, organizationId, transport, reach, upstreamAuth: auth } = server
  if (transport.kind !== 'http' || auth.kind === 'none') return undefined
  return { id, alias, organizationId, url: transport.url, reach, auth }
}
