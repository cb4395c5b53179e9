import type { ListedServer, Server } from '@mcp-orchestra/sdk'
import type { SERVER_STATES, ServersSearch } from '../search.ts'

/** The state of a server as people ask for it: switched off, or what the gateways see. */
export type ServerState = (typeof SERVER_STATES)[number]

/** What a list says of a server beside its document. */
export type ServerFigures = ListedServer['summary']

/** One line of the list. */
export type ServerRow = {
  readonly server: Server
  readonly figures: ServerFigures
  readonly state: ServerState
  readonly mine: boolean
}

/** Makes the line of one server. */
export function serverRow(server: ListedServer, organizationId: string): ServerRow {
  return {
    server,
    figures: server.summary,
    state: serverState(server, server.summary.health),
    mine: server.organizationId === organizationId,
  }
}

/** Off when it is switched off, else what the gateways see. */
export function serverState(
  server: Pick<Server, 'enabled'>,
  health: ServerFigures['health'],
): ServerState {
  return server.enabled ? health : 'off'
}

/** The lines that a search leaves: every word of the text is in a name, an alias, an id or a protocol. */
export function filterRows(rows: readonly ServerRow[], search: ServersSearch): ServerRow[] {
  const found = new Set(
    findServers(
      rows.map(({ server }) => server),
      search.q,
    ),
  )
  return rows.filter(({ server, state, mine }) => {
    if (search.state !== undefined && state !== search.state) return false
    if (search.owner !== undefined && mine !== (search.owner === 'mine')) return false
    return found.has(server)
  })
}

/** The servers in whose texts every word is found. */
export function findServers(servers: readonly Server[], text = ''): Server[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return servers.filter((server) => {
    const searched = searchedText(server)
    return words.every((word) => searched.includes(word))
  })
}

function searchedText(server: Server): string {
  const { id, alias, name, protocol, revision, organizationId, transport } = server
  return [id, alias, name, protocol, revision, organizationId, transport?.kind, placeOf(transport)]
    .join('\n')
    .toLowerCase()
}

function placeOf(transport: Server['transport']): string {
  switch (transport?.kind) {
    case undefined:
      return ''
    case 'http':
      return transport.url
    case 'stdio':
      return transport.command
    case 'openapi':
      return transport.baseUrl
  }
}

/** How bad a state is: sorting by state shows first what needs a look. */
export const STATE_RANK: Readonly<Record<ServerState, number>> = {
  down: 0,
  degraded: 1,
  unknown: 2,
  healthy: 3,
  off: 4,
}
