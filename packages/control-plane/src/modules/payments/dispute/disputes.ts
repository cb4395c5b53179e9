import type { Principal } from '@mcp-orchestra/api/permission'
import { closeDispute, findDispute, type DisputeClosing } from './close-dispute.ts'
import type { Dispute } from './dispute.ts'
import { openDispute, type DisputeDeps, type DisputeWish } from './open-dispute.ts'
import type { DisputePageQuery } from './ports.ts'

/** What payers contest. */
export interface Disputes {
  open(principal: Principal, wish: DisputeWish): Promise<Dispute>
  close(principal: Principal, id: string, closing: DisputeClosing): Promise<Dispute>
  get(principal: Principal, id: string): Promise<Dispute>
  /** Newest first. */
  list(query: DisputePageQuery): Promise<Dispute[]>
}

/** Makes disputes on their stores. */
export function createDisputes(deps: DisputeDeps): Disputes {
  return {
    open: (principal, wish) => openDispute(deps, principal, wish),
    close: (principal, id, closing) => closeDispute(deps, principal, id, closing),
    get: (principal, id) => findDispute(deps, principal, id),
    list: (query) => deps.transactions.run((tx) => deps.disputes.page(tx, query)),
  }
}
