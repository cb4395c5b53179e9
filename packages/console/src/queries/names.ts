import { useQuery } from '@tanstack/react-query'
import { useMay, useMe, useOrchestra } from '../session/index.ts'
import { organizationsQuery } from './balance.ts'
import { keysQuery } from './keys.ts'
import { serversQuery } from './servers.ts'

/** Names of things by id; undefined for what the caller may not see, or what is gone. */
export type Names = {
  readonly server: (id: string) => { readonly name: string; readonly alias: string } | undefined
  readonly key: (id: string) => string | undefined
  readonly organization: (id: string) => string | undefined
}

/** Names of servers, keys and organizations, as far as the caller may see them. */
export function useNames(): Names {
  const orchestra = useOrchestra()
  const me = useMe()
  const operator = useMay('platform:operate')
  const servers = useQuery({
    ...serversQuery(orchestra),
    enabled: useMay('servers:read'),
    select: byId,
  })
  const keys = useQuery({ ...keysQuery(orchestra), enabled: useMay('keys:read'), select: byId })
  const organizations = useQuery({
    ...organizationsQuery(orchestra),
    enabled: operator,
    select: byId,
  })
  return {
    server: (id) => servers.data?.get(id),
    key: (id) => keys.data?.get(id)?.name,
    organization: (id) =>
      id === me.organization.id ? me.organization.name : organizations.data?.get(id)?.name,
  }
}

function byId<T extends { readonly id: string }>(list: {
  readonly items: readonly T[]
}): Map<string, T> {
  return new Map(list.items.map((item) => [item.id, item]))
}
