import type { AuditLog } from '@mcp-orchestra/api/audit'
import { toRfc3339, toUuid, type Clock, type Ids } from '@mcp-orchestra/kernel'
import { pgOf } from '../postgres/transaction.ts'
import { redactDetail } from './redact.ts'

/** Writes the append-only trail in the transaction of the change: both are there, or neither. */
export function createAuditLog({ clock, ids }: { clock: Clock; ids: Ids }): AuditLog {
  return {
    async record(tx, entry) {
      await pgOf(tx).query({
        name: 'audit-record',
        text: `insert into audit.entries (id, at, organization_id, actor, action, target, detail)
               values ($1, $2, $3, $4, $5, $6, $7)`,
        values: [
          toUuid(ids.make('adt')),
          toRfc3339(clock.now()),
          entry.organizationId === null ? null : toUuid(entry.organizationId),
          entry.actor,
          entry.action,
          entry.target,
          JSON.stringify(redactDetail(entry.detail ?? {})),
        ],
      })
    },
  }
}
