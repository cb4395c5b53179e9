import { useQueries, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Server, Wrench } from 'lucide-react'
import { serversQuery } from '../queries/servers.ts'
import { toolsQuery } from '../queries/tools.ts'
import { useMay } from '../session/me.ts'
import { useOrchestra } from '../session/orchestra.ts'
import type { PaletteEntry } from './palette-entries.ts'

/** Servers whose tools are looked through: each is a request when the palette is used for the first time. */
const SERVERS_SEARCHED_MAX = 25
/** Letters before tools are looked for: one letter finds everything and nothing. */
const TEXT_MIN = 2
/** Tools that are offered at once; more typing finds the others. */
const TOOLS_SHOWN_MAX = 30

/** The servers, by name and alias. */
export function useServerEntries(): PaletteEntry[] {
  const navigate = useNavigate()
  return useServers().map(({ id, alias, name }) => ({
    id: `server ${id}`,
    label: name,
    note: alias,
    icon: Server,
    onSelect: () => void navigate({ to: '/servers/$id', params: { id: alias } }),
  }))
}

/** Tools whose name has the text, each leading to the playground. */
export function useFoundTools(text: string): PaletteEntry[] {
  const orchestra = useOrchestra()
  const navigate = useNavigate()
  const wanted = text.trim().toLowerCase()
  const searched = useServers().slice(0, SERVERS_SEARCHED_MAX)
  const lists = useQueries({
    queries: searched.map(({ id }) => ({
      ...toolsQuery(orchestra, id),
      enabled: wanted.length >= TEXT_MIN,
    })),
  })
  if (wanted.length < TEXT_MIN) return []
  return searched
    .flatMap((server, index) =>
      (lists[index]?.data?.items ?? []).map(({ name }) => ({ server, name })),
    )
    .filter(({ name }) => name.toLowerCase().includes(wanted))
    .slice(0, TOOLS_SHOWN_MAX)
    .map(({ server, name }) => ({
      id: `tool ${server.id} ${name}`,
      label: name,
      note: server.alias,
      icon: Wrench,
      onSelect: () =>
        void navigate({ to: '/playground', search: { server: server.alias, tool: name } }),
    }))
}

function useServers() {
  const may = useMay('servers:read')
  const { data } = useQuery({ ...serversQuery(useOrchestra()), enabled: may })
  return data?.items ?? []
}
