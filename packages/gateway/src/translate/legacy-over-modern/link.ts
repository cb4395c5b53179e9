import type { OpenLink } from '../../upstream/links.ts'
import type { ModernUpstream } from '../../upstream/modern-upstream.ts'
import { refuseUpstream } from '../../upstream/problems.ts'

/** What a legacy view of modern servers is made of. */
export type LegacyOverModernParts = {
  readonly modern: ModernUpstream
  readonly mintId: () => number
}

/** Opens legacy sessions with modern servers: the session lives here, each request stands alone there. */
export function createLegacyOverModern(_parts: LegacyOverModernParts): OpenLink {
  return () => {
    throw refuseUpstream('upstream.failed', { detail: 'the server speaks the modern era only' })
  }
}
