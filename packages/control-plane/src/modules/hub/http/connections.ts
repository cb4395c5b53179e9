import type { ApiApp } from '@mcp-orchestra/api/http-app'
import type { Principal } from '@mcp-orchestra/api/permission'
import {
  connectServer,
  disconnectServer,
  getServerConnection,
  listConnections,
} from '@mcp-orchestra/api/routes/connections'
import { toRfc3339 } from '@mcp-orchestra/kernel'
import type { Holder } from '../upstream-auth/connection.ts'
import { refuseAuth } from '../upstream-auth/problems.ts'
import { upstreamServerOf, type UpstreamServer } from '../upstream-auth/upstream-server.ts'
import { connectionDocument } from './connection-document.ts'
import type { HubRoutes } from './wired.ts'

/** The routes of connections: `/v1/servers/{id}/connection` and `/v1/connections`. */
export function mountConnections(app: ApiApp, wired: HubRoutes): void {
  const { authorize, servers, upstreamAuth } = wired

  async function upstream(principal: Principal, id: string): Promise<UpstreamServer> {
    const server = upstreamServerOf(await servers.visible(principal, id))
    if (server === undefined) throw refuseAuth('hub.connection_not_wanted')
    return server
  }

  app.openapi(connectServer, async (context) => {
    const { holder: kind, idToken } = context.req.valid('json')
    const permission = kind === 'organization' ? 'servers:write' : 'tools:call'
    const principal = await authorize(context.req.raw, permission)
    const { id } = context.req.valid('param')
    const server = await upstream(principal, id)
    // A service's own client belongs to its owner, who alone may spend it.
    if (server.auth.kind === 'client_credentials') await servers.owned(principal, id)
    const holder =
      server.auth.kind === 'client_credentials' ? serviceOf(server) : holderOf(principal, kind)
    const started = await upstreamAuth.connecting.begin(principal, server, { holder, idToken })
    if ('connection' in started) {
      const connection = connectionDocument(started.connection, server.alias)
      return context.json({ authorizationUrl: null, expiresAt: null, connection }, 201)
    }
    const { authorizationUrl, expiresAt } = started
    const document = { authorizationUrl, expiresAt: toRfc3339(expiresAt), connection: null }
    return context.json(document, 201)
  })

  app.openapi(getServerConnection, async (context) => {
    const principal = await authorize(context.req.raw, 'servers:read')
    const found = await servers.visible(principal, context.req.valid('param').id)
    const server = upstreamServerOf(found)
    const about = { serverId: found.id, server: found.alias, kind: found.upstreamAuth.kind }
    if (server === undefined) {
      return context.json(
        { ...about, kind: 'none' as const, member: null, organization: null },
        200,
      )
    }
    const of = async (holder: Holder | undefined) => {
      const connection =
        holder === undefined ? undefined : await upstreamAuth.connections.find(server, holder)
      return connection === undefined ? null : connectionDocument(connection, server.alias)
    }
    const { memberId, organizationId } = principal
    const document = {
      ...about,
      member: await of(memberId === null ? undefined : { kind: 'member', id: memberId }),
      organization: await of({ kind: 'organization', id: organizationId }),
    }
    return context.json(document, 200)
  })

  app.openapi(disconnectServer, async (context) => {
    const { holder: kind } = context.req.valid('query')
    const permission = kind === 'organization' ? 'servers:write' : 'tools:call'
    const principal = await authorize(context.req.raw, permission)
    const server = await upstream(principal, context.req.valid('param').id)
    const ended = await upstreamAuth.connections.disconnect(
      principal,
      server,
      holderOf(principal, kind),
    )
    return context.json({ ...ended, pendingGateways: [...ended.pendingGateways] }, 200)
  })

  app.openapi(listConnections, async (context) => {
    const principal = await authorize(context.req.raw, 'servers:read')
    const connections = await upstreamAuth.connections.list(principal)
    const items = connections.map(({ connection, alias }) => connectionDocument(connection, alias))
    return context.json({ items }, 200)
  })
}

function holderOf({ memberId, organizationId }: Principal, kind: Holder['kind']): Holder {
  if (kind === 'organization') return { kind, id: organizationId }
  if (memberId === null) throw refuseAuth('hub.connection_needs_member')
  return { kind, id: memberId }
}

function serviceOf({ organizationId }: UpstreamServer): Holder {
  return { kind: 'organization', id: organizationId }
}
