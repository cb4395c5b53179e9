import type { HeldLease } from './held-lease.ts'
import type { LeaseScope } from './lease-ask.ts'
import type { GrantNote } from './lease-entries.ts'
import {
  createLeasePool,
  type LeasePool,
  type LeasePoolDeps,
  type Reservation,
} from './lease-pool.ts'
import { refuse } from '../problems.ts'

/** All money that this process may spend, by payer and path of caps. */
export interface LeaseBook {
  reserve(scope: LeaseScope, amount: bigint): Reservation | Promise<Reservation>
  /** Gives back what is free of these leases (spending §1.5). An unknown one is closed, or its grant was lost on the way. */
  recall(leaseIds: readonly string[]): void
  /** Refuses new reservations; resolves when every lease is closed, also those whose grant was lost. */
  drain(): Promise<void>
  /** What a lost disk would cost the platform at the most (spending §4.17). */
  leases(): readonly HeldLease[]
  /** The last grants of this process, for registering again after the database was restored (spending §5.18). */
  grants(): readonly GrantNote[]
}

/** Grants remembered for such a report; about 2 MB, and days of them at a grant each few seconds. */
const GRANTS_KEPT_MAX = 10_000

/** A book without leases. */
export function createLeaseBook(deps: Omit<LeasePoolDeps, 'onIdle' | 'onGranted'>): LeaseBook {
  const pools = new Map<string, LeasePool>()
  const grants: GrantNote[] = []
  let stopping: PromiseWithResolvers<void> | undefined

  function forgetEmpty(path: string): void {
    if (pools.get(path)?.isEmpty === true) pools.delete(path)
    if (pools.size === 0) stopping?.resolve()
  }

  function noteGrant(grant: GrantNote): void {
    grants.push(grant)
    if (grants.length > GRANTS_KEPT_MAX) grants.shift()
  }

  function poolOf(scope: LeaseScope): LeasePool {
    const path = `${scope.payerId}|${scope.asset}|${scope.capIds.join()}|${scope.session ?? ''}`
    const known = pools.get(path)
    if (known !== undefined) return known
    const onIdle = (): void => forgetEmpty(path)
    const pool = createLeasePool(scope, { ...deps, onIdle, onGranted: noteGrant })
    pools.set(path, pool)
    return pool
  }

  return {
    reserve(scope, amount) {
      if (stopping !== undefined) throw refuse('charge.stopping')
      return poolOf(scope).reserve(amount)
    },
    recall(leaseIds) {
      for (const leaseId of leaseIds) {
        const owner = [...pools.values()].find((pool) => pool.recall(leaseId))
        if (owner === undefined) for (const pool of pools.values()) pool.repeatLost()
      }
    },
    drain() {
      stopping ??= Promise.withResolvers<void>()
      for (const [path, pool] of pools) {
        pool.drain()
        forgetEmpty(path)
      }
      if (pools.size === 0) stopping.resolve()
      return stopping.promise
    },
    grants: () => grants,
    leases: () => [...pools.values()].flatMap((pool) => pool.leases()),
  }
}
