import type { Api } from './api.ts'
import type { AuditEntry } from './documents.ts'
import { filterOf, listOf, type List, type PageOptions } from './pages.ts'

/** Which entries: those that match all that is given. */
export type AuditFilter = {
  /** One action (`key.revoked`), or all of one kind (`key`). */
  readonly action?: string
  /** Id of a key, a member or a gateway incarnation, or `system`. */
  readonly actor?: string
  /** Id of what was acted upon. */
  readonly target?: string
  readonly outcome?: AuditEntry['outcome']
  /** RFC 3339: entries of this moment or later. */
  readonly from?: string
  /** RFC 3339: entries before this moment. */
  readonly to?: string
  /** `platform`: acts on the platform as a whole, which belong to no organization; operators only. */
  readonly scope?: 'organization' | 'platform'
}

/** `orchestra.audit`: who changed what, and what gateways refused. Nothing in it ever changes. */
export type Audit = {
  /** Newest first, of the caller's organization. */
  list(options?: PageOptions & AuditFilter): List<AuditEntry>
}

/** Makes `orchestra.audit`. */
export function createAudit(api: Api): Audit {
  return {
    list: (options = {}) =>
      listOf(options, (page) => {
        const query = { ...page, ...filterOf(options) }
        return api.send(options, (client, signal) =>
          client.GET('/v1/audit-entries', { params: { query }, signal }),
        )
      }),
  }
}
