import type { AuditLog } from '@mcp-orchestra/api/audit'
import type { Principal } from '@mcp-orchestra/api/permission'
import { openArchive, type ArchivePeriod, type WriteArchiveDeps } from './write-archive.ts'

/** Archives of closed days. */
export interface Archives {
  /** Lines, made as they are read. Audited: an archive leaves the house with everybody's money in it. */
  open(principal: Principal, period: ArchivePeriod): Promise<AsyncGenerator<string>>
}

/** Makes archives on their stores. */
export function createArchives(deps: WriteArchiveDeps & { readonly audit: AuditLog }): Archives {
  return {
    async open({ keyId, memberId }, period) {
      const lines = await openArchive(deps, period)
      await deps.transactions.run((tx) =>
        deps.audit.record(tx, {
          organizationId: null,
          actor: keyId ?? memberId ?? 'system',
          action: 'ledger.archived',
          target: `${period.from}..${period.to}`,
        }),
      )
      return lines
    },
  }
}
