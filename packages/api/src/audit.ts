import type { Id, Transaction } from '@mcp-orchestra/kernel'

/** One line of the audit trail; `detail` holds no secret and no body. */
export type AuditEntry = {
  readonly organizationId: Id<'org'> | null
  /** Member, key, gateway incarnation or `system`. */
  readonly actor: string
  /** `key.revoked`, `server.registered`, … */
  readonly action: string
  /** The id of what was acted upon. */
  readonly target: string
  readonly detail?: Readonly<Record<string, string | number | boolean | null>>
}

/** Writes the audit trail in the transaction of the change it tells of. */
export interface AuditLog {
  record(tx: Transaction, entry: AuditEntry): Promise<void>
}
