import type { Id, Transaction } from '@mcp-orchestra/kernel'
import type { ShareAgreement } from './share-agreement.ts'

/** Agreements on shares: added, never changed. */
export interface ShareStore {
  /** All versions of these servers, oldest first. */
  ofServers(tx: Transaction, serverIds: readonly Id<'srv'>[]): Promise<ShareAgreement[]>
  /** The same of one server, and holds off other publications for it until commit. */
  versionsForPublication(tx: Transaction, serverId: Id<'srv'>): Promise<ShareAgreement[]>
  add(tx: Transaction, agreement: ShareAgreement): Promise<void>
  find(tx: Transaction, id: Id<'shr'>): Promise<ShareAgreement | undefined>
}
