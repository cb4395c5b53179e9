import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { LinkFor, OpenLink } from './links.ts'
import type { ModernUpstream } from './modern-upstream.ts'
import { NotThisEra } from './not-this-era.ts'
import type { Speech } from './speech.ts'
import { SpokenLink } from './spoken-link.ts'

/** The ways to servers by what they speak; two of them translate (`../translate/`). */
export type Ways = {
  readonly speech: Speech
  readonly legacyNative: OpenLink
  readonly modernNative: ModernUpstream
  /** A legacy session with a modern server. */
  readonly legacyOverModern: OpenLink
  /** A modern view of a legacy server. */
  readonly modernOverLegacy: ModernUpstream
}

/** Servers as a modern client sees them. */
export function createModernUpstream(ways: Ways): ModernUpstream {
  return {
    async send(server, request) {
      const known = ways.speech.eraFor(server, 'modern', request.caller)
      const era = typeof known === 'string' ? known : await known
      const way = era === 'modern' ? ways.modernNative : ways.modernOverLegacy
      try {
        return await way.send(server, request)
      } catch (error) {
        if (!(error instanceof NotThisEra)) throw error
        // Nothing of the request was run: once more, in what the server speaks now.
        ways.speech.doubt(server)
        if ((await ways.speech.eraFor(server, 'modern', request.caller)) === era)
          throw error.problem
        return await ways.modernNative.send(server, request)
      }
    },
  }
}

/** Servers as a legacy client sees them; what a server speaks may be found out only when the first message is sent. */
export function createLegacyLinks(ways: Ways): OpenLink {
  const open = (era: 'legacy' | 'modern', server: ServerEntity, who: LinkFor) =>
    (era === 'legacy' ? ways.legacyNative : ways.legacyOverModern)(server, who)
  return (server, who) => {
    const era = ways.speech.eraFor(server, 'legacy', who.caller)
    return typeof era === 'string'
      ? open(era, server, who)
      : new SpokenLink(
          server,
          era.then((found) => open(found, server, who)),
        )
  }
}
