import { assert, money, type Id } from '@mcp-orchestra/kernel'
import { accountNames, type TransferRequest } from '../../ledger/index.ts'
import { remainderOf, type Lease } from '../lease/lease.ts'
import type { LeaseChange } from './batch-plan.ts'
import { transferIdOf } from './derived-id.ts'

/** The leases of a batch while it is folded. A refusal is a reason for a case; it changes nothing. */
export interface LeaseFolder {
  find(id: Id<'les'>): Lease | undefined
  /** Takes a call's amount; false when the lease does not hold that much any more. */
  use(id: Id<'les'>, amount: bigint): boolean
  giveBack(id: Id<'les'>, amount: bigint): string | undefined
  close(id: Id<'les'>): string | undefined
  openIds(): readonly Id<'les'>[]
  changes(): LeaseChange[]
  /** What goes back to payers: one transfer a lease. */
  transfers(): TransferRequest[]
}

/** Leases as the database locked them; those of another incarnation are strangers. */
export function createLeaseFolder(
  incarnationId: Id<'inc'>,
  firstSeq: number,
  known: ReadonlyMap<Id<'les'>, Lease>,
): LeaseFolder {
  const leases = new Map<Id<'les'>, Lease>()
  for (const lease of known.values()) {
    if (lease.incarnationId === incarnationId) leases.set(lease.id, lease)
  }
  const givenBack = new Map<Id<'les'>, bigint>()
  const touched = new Set<Id<'les'>>()

  function change(lease: Lease, to: Partial<Lease>): void {
    const changed = { ...lease, ...to }
    assert(remainderOf(changed) >= 0n, `lease ${lease.id} is not overspent`)
    leases.set(lease.id, changed)
    touched.add(lease.id)
  }

  function returnTo(lease: Lease, amount: bigint, state: 'open' | 'closed'): void {
    change(lease, { returned: lease.returned + amount, state })
    givenBack.set(lease.id, (givenBack.get(lease.id) ?? 0n) + amount)
  }

  return {
    find: (id) => leases.get(id),
    use(id, amount) {
      const lease = leases.get(id)
      if (lease?.state !== 'open' || remainderOf(lease) < amount) return false
      change(lease, { used: lease.used + amount })
      return true
    },
    giveBack(id, amount) {
      const lease = leases.get(id)
      if (lease === undefined) return 'the lease is not known'
      if (lease.state !== 'open') return `the lease is ${lease.state}`
      if (remainderOf(lease) < amount) return 'more comes back than is left of the lease'
      returnTo(lease, amount, 'open')
      return undefined
    },
    close(id) {
      const lease = leases.get(id)
      if (lease === undefined) return 'the lease is not known'
      if (lease.state !== 'open') return `the lease is ${lease.state}`
      returnTo(lease, remainderOf(lease), 'closed')
      return undefined
    },
    openIds: () => [...leases.values()].filter(({ state }) => state === 'open').map(({ id }) => id),
    changes: () =>
      [...touched].map((id) => {
        const lease = leases.get(id)
        assert(lease !== undefined && lease.state !== 'lost', 'a touched lease is ours')
        const { used, returned, state } = lease
        return { id, used, returned, state, givenBack: givenBack.get(id) ?? 0n }
      }),
    transfers: () =>
      [...givenBack].flatMap(([id, amount]) => {
        const lease = leases.get(id)
        assert(lease !== undefined, 'a touched lease is ours')
        if (amount === 0n) return []
        return [
          {
            id: transferIdOf('lease return', incarnationId, firstSeq, id),
            debit: accountNames.leased(lease.payerId, incarnationId),
            credit: accountNames.available(lease.payerId),
            amount: money(amount, lease.asset),
            reference: id,
          },
        ]
      }),
  }
}
