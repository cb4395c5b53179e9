import { amountOf } from '@mcp-orchestra/api/amount'
import type { LeaseRequest } from '@mcp-orchestra/api/gateway-link'
import { parseId, USD, type Id, type IdPrefix } from '@mcp-orchestra/kernel'
import { refuse } from '../problems.ts'

/** A lease request after everything about its form was checked. */
export type LeaseWish = {
  readonly requestId: string
  readonly incarnationId: Id<'inc'>
  readonly payerId: Id<'org'>
  readonly capIds: readonly Id<'cap'>[]
  /** The session that the calls are of: a digest, where a cap binds each session. */
  readonly session: string | undefined
  /** Above zero, in the asset's smallest unit. */
  readonly needed: bigint
  readonly wanted: bigint
}

/** The longest request id: room for a UUID and a prefix. */
const REQUEST_ID_CHARS_MAX = 100

/** Reads a request of a gateway; what cannot be is refused with 400. */
export function leaseWishOf(request: LeaseRequest): LeaseWish {
  const capIds = request.capIds.map((text) => idOf('cap', text))
  const needed = amountOf(request.needed)
  if (request.asset !== USD.id) throw refuse('payments.asset_unsupported')
  if (needed === 0n) throw malformed('needed is zero')
  if (
    !/^[\x21-\x7e]+$/.test(request.requestId) ||
    request.requestId.length > REQUEST_ID_CHARS_MAX
  ) {
    throw malformed('requestId')
  }
  return {
    requestId: request.requestId,
    incarnationId: idOf('inc', request.incarnationId),
    payerId: idOf('org', request.payerId),
    capIds: [...new Set(capIds)].toSorted(),
    session: request.session,
    needed,
    wanted: amountOf(request.wanted),
  }
}

function idOf<P extends IdPrefix>(prefix: P, text: string): Id<P> {
  const id = parseId(prefix, text)
  if (id === undefined) throw malformed(`an id of kind ${prefix} is malformed`)
  return id
}

/** A lease request that cannot be. */
export function malformed(detail: string) {
  return refuse('payments.lease_request_malformed', { detail })
}
