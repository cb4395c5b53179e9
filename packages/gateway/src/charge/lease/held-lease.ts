import { assert } from '@mcp-orchestra/kernel'

/**
 * A lease in this process. Always `used + returned + inFlight <= granted`; time may stop new reservations,
 * but never moves money (spending §1.3).
 */
export type HeldLease = {
  readonly leaseId: string
  readonly granted: bigint
  readonly epoch: number
  /** Monotonic; counted from the sending of the request. */
  readonly endsAtMs: number
  /** Monotonic; from here on a further lease is asked for in the background. */
  readonly renewFromMs: number
  used: bigint
  returned: bigint
  inFlight: bigint
  /** Reservations not yet settled; a lease with one of them cannot be closed. */
  openReservations: number
  state: 'active' | 'draining' | 'closed'
}

/** What a new reservation may take. */
export function freeOf(lease: HeldLease): bigint {
  return lease.granted - lease.used - lease.returned - lease.inFlight
}

/** Takes an amount for a reservation; the caller has seen that it is free. */
export function takeFrom(lease: HeldLease, amount: bigint): void {
  assert(lease.state === 'active', 'only an active lease takes reservations')
  assert(amount > 0n && amount <= freeOf(lease), 'a reservation takes what is free')
  lease.inFlight += amount
  lease.openReservations += 1
}

/** Ends a reservation: `used` of it is spent, the rest is free again. */
export function settleOn(lease: HeldLease, reserved: bigint, used: bigint): void {
  assert(used >= 0n && used <= reserved, 'a settlement is at most the reservation')
  assert(lease.openReservations > 0 && reserved <= lease.inFlight, 'a reservation settles once')
  lease.inFlight -= reserved
  lease.openReservations -= 1
  lease.used += used
}

/** Gives back all that is free and returns how much that was. */
export function returnFree(lease: HeldLease): bigint {
  const amount = freeOf(lease)
  lease.returned += amount
  return amount
}
