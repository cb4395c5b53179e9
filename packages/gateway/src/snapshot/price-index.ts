import { EVERY_TOOL, type PriceEntity } from '@mcp-orchestra/api/snapshot'
import type { Instant } from '@mcp-orchestra/kernel'

/** Price versions by server and tool, the newest first. */
export interface PriceIndex {
  put(price: PriceEntity): void
  remove(price: PriceEntity): void
  /** The highest version whose start has come: of the tool, else of the server's default (spending §2.7). */
  inForce(serverId: string, tool: string, at: Instant): PriceEntity | undefined
  /** A version by its number, in force or not any more; the tool and the default never share one. */
  version(serverId: string, tool: string, version: number): PriceEntity | undefined
}

/** Two nested maps, because a server id and a tool name joined by any separator could collide. */
export function createPriceIndex(): PriceIndex {
  const servers = new Map<string, Map<string, PriceEntity[]>>()
  const versionsOf = (serverId: string, tool: string): PriceEntity[] =>
    servers.get(serverId)?.get(tool) ?? []
  const findOf = (serverId: string, tool: string, matches: (price: PriceEntity) => boolean) =>
    versionsOf(serverId, tool).find(matches) ?? versionsOf(serverId, EVERY_TOOL).find(matches)
  const setVersions = (serverId: string, tool: string, versions: PriceEntity[]): void => {
    const tools = servers.get(serverId) ?? new Map<string, PriceEntity[]>()
    if (versions.length > 0) tools.set(tool, versions)
    else tools.delete(tool)
    if (tools.size > 0) servers.set(serverId, tools)
    else servers.delete(serverId)
  }
  return {
    put(price) {
      const others = versionsOf(price.serverId, price.tool).filter(({ id }) => id !== price.id)
      const versions = [...others, price].toSorted(
        (a, b) => b.version - a.version || (a.id < b.id ? -1 : 1),
      )
      setVersions(price.serverId, price.tool, versions)
    },
    remove(price) {
      const rest = versionsOf(price.serverId, price.tool).filter(({ id }) => id !== price.id)
      setVersions(price.serverId, price.tool, rest)
    },
    version: (serverId, tool, version) =>
      findOf(serverId, tool, (price) => price.version === version),
    inForce: (serverId, tool, at) => findOf(serverId, tool, ({ startsAtMs }) => startsAtMs <= at),
  }
}
