import { hash } from 'node:crypto'
import type { CallerIdentity } from '../authorize/caller.ts'
import type { SnapshotReplica } from '../snapshot/replica.ts'

/** Which gateway keeps a keyed purchase: this one, or another that has to be asked (spending §3.10). */
export type PurchaseOwner =
  | { readonly kind: 'self' }
  | { readonly kind: 'other'; readonly id: string; readonly internalUrl: string }

/** Chooses the owner of a purchase. */
export interface PurchaseOwners {
  /** Takes what {@link purchaseKeyOf} gives; equal keys have one owner. */
  ownerOf(purchaseKey: string): PurchaseOwner
}

/**
 * What chooses the owner of a keyed purchase: coarser than the purchase itself, because it must be known
 * before the message is routed to a server and a tool.
 */
export function purchaseKeyOf(caller: CallerIdentity, idempotencyKey: string): string {
  return [caller.organizationId, caller.keyId, idempotencyKey].join('|')
}

/**
 * Rendezvous hashing over the slots of the snapshot: slots outlive processes, so a restart keeps the owner,
 * and adding a slot moves only the purchases that the new one wins.
 */
export function createPurchaseOwners(
  snapshot: Pick<SnapshotReplica, 'gateways'>,
  gatewayName: string,
): PurchaseOwners {
  return {
    ownerOf(purchaseKey) {
      let best:
        | { readonly id: string; readonly internalUrl: string; readonly weight: string }
        | undefined
      for (const { id, internalUrl } of snapshot.gateways()) {
        const weight = hash('sha256', `${id}\n${purchaseKey}`, 'hex')
        if (best === undefined || weight > best.weight) best = { id, internalUrl, weight }
      }
      return best === undefined || best.id === gatewayName
        ? { kind: 'self' }
        : { kind: 'other', id: best.id, internalUrl: best.internalUrl }
    },
  }
}
