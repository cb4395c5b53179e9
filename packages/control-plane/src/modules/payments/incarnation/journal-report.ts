import { amountOf } from '@mcp-orchestra/api/amount'
import type { IncarnationRequest, LeaseWindow } from '@mcp-orchestra/api/gateway-link'
import { instant, parseId, type Id } from '@mcp-orchestra/kernel'
import type { WindowKey } from '../ports.ts'
import { refuse } from '../problems.ts'

/** The latest moment that a date can say, in ms. */
const LATEST_START_MS = 8_640_000_000_000_000

/** A lease as a gateway remembers it. */
export type ReportedLease = {
  readonly leaseId: Id<'les'>
  readonly payerId: Id<'org'>
  readonly granted: bigint
  /** Windows of caps that it was taken from. */
  readonly windows: readonly WindowKey[]
}

/** What a gateway found on its disk of one journal. */
export type JournalReport = {
  readonly incarnationId: Id<'inc'>
  readonly lastSeq: number
  /** The highest sequence that this control plane ever acknowledged to it. */
  readonly acknowledgedSeq: number
  readonly leases: readonly ReportedLease[]
}

/** A registration after everything about its form was checked. */
export type Registration = {
  readonly incarnationId: Id<'inc'>
  readonly journals: readonly JournalReport[]
}

/** Reads a registration; ids that cannot be are refused with 400. */
export function registrationOf(request: IncarnationRequest): Registration {
  return {
    incarnationId: incarnationIdOf(request.incarnationId),
    journals: request.journals.map((journal) => ({
      incarnationId: incarnationIdOf(journal.incarnationId),
      lastSeq: journal.lastSeq,
      acknowledgedSeq: journal.acknowledgedSeq,
      leases: journal.leases.map((lease) => {
        const leaseId = parseId('les', lease.leaseId)
        const payerId = parseId('org', lease.payerId)
        if (leaseId === undefined || payerId === undefined) throw malformed('a lease')
        const windows = (lease.windows ?? []).map(windowOf)
        return { leaseId, payerId, granted: amountOf(lease.granted), windows }
      }),
    })),
  }
}

function windowOf({ capId: text, startsAtMs, session = '' }: LeaseWindow): WindowKey {
  const capId = parseId('cap', text)
  if (capId === undefined || startsAtMs > LATEST_START_MS) throw malformed('a window of a cap')
  return { capId, startsAt: instant(startsAtMs), session }
}

function incarnationIdOf(text: string): Id<'inc'> {
  const id = parseId('inc', text)
  if (id === undefined) throw malformed('an incarnation')
  return id
}

function malformed(what: string) {
  return refuse('payments.registration_malformed', { detail: `The id of ${what} is malformed.` })
}
