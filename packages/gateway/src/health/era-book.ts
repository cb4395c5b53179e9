import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { Clock } from '@mcp-orchestra/kernel'
import type { Spoken } from './server-health.ts'

/** How long a verdict holds: an upgraded server is found within it, a probe at each call would double its work. */
const VERDICT_MS = 3_600_000

/** The era of each server: a property of the server, cached and dated (MCP 2026-07-28, era detection). */
export interface EraBook {
  /** Visits the server when nothing fresh is known; rejects with a Problem when it cannot be reached. */
  eraOf(server: ServerEntity): Promise<'legacy' | 'modern'>
  note(server: ServerEntity, spoken: Spoken): void
  forget(serverId: string): void
}

/** A book whose unknown pages are filled by one visit at a time per server. */
export function createEraBook(
  clock: Clock,
  visit: (server: ServerEntity) => Promise<Spoken>,
): EraBook {
  const verdicts = new Map<string, { readonly era: 'legacy' | 'modern'; readonly atMs: number }>()
  const visits = new Map<string, Promise<Spoken>>()

  const note = (server: ServerEntity, spoken: Spoken): void => {
    verdicts.set(server.id, { era: spoken.era, atMs: clock.monotonicMs() })
  }
  const detect = async (server: ServerEntity): Promise<'legacy' | 'modern'> => {
    let visiting = visits.get(server.id)
    if (visiting === undefined) {
      visiting = visit(server).finally(() => visits.delete(server.id))
      visits.set(server.id, visiting)
    }
    const spoken = await visiting
    note(server, spoken)
    return spoken.era
  }

  return {
    note,
    forget: (serverId) => void verdicts.delete(serverId),
    async eraOf(server) {
      if (server.era !== 'auto') return server.era
      const verdict = verdicts.get(server.id)
      if (verdict !== undefined && clock.monotonicMs() - verdict.atMs < VERDICT_MS)
        return verdict.era
      return detect(server)
    },
  }
}
