import {
  RPC_CAP_EXCEEDED,
  RPC_INSUFFICIENT_FUNDS,
  RPC_LIMIT_REACHED,
  RPC_MANDATE_REFUSED,
  RPC_PRICE_CHANGED,
  RPC_PURCHASE_CONFLICT,
  RPC_RATE_LIMITED,
  RPC_SPENDING_STOPPED,
  RPC_UNAVAILABLE,
} from '@mcp-orchestra/api/mcp-meta'
import { problemsOf } from '@mcp-orchestra/kernel'

/** The refusals of the charge path: all but `limit_reached` before the upstream is called. */
export const CHARGE_PROBLEMS = {
  'charge.insufficient_funds': {
    status: 402,
    title: 'The balance does not cover the price of this call: top it up and call again.',
    retryable: false,
    rpcCode: RPC_INSUFFICIENT_FUNDS,
  },
  'charge.cap_exceeded': {
    status: 402,
    title: 'A hard cap leaves less than the price of this call.',
    retryable: false,
    rpcCode: RPC_CAP_EXCEEDED,
  },
  'charge.limit_reached': {
    status: 402,
    title: 'The call used all that it may cost and was stopped; what was delivered is charged.',
    retryable: false,
    rpcCode: RPC_LIMIT_REACHED,
  },
  'charge.price_changed': {
    status: 402,
    title: 'The price in force is not one that the caller accepts.',
    retryable: false,
    rpcCode: RPC_PRICE_CHANGED,
  },
  'charge.spending_stopped': {
    status: 403,
    title: 'Spending was stopped, and goes on when somebody resumes it.',
    retryable: false,
    rpcCode: RPC_SPENDING_STOPPED,
  },
  'charge.mandate_unknown': {
    status: 403,
    title: 'The caller has no such mandate.',
    retryable: false,
    rpcCode: RPC_MANDATE_REFUSED,
  },
  'charge.mandate_ambiguous': {
    status: 403,
    title: 'More than one mandate covers this call: name one of them.',
    retryable: false,
    rpcCode: RPC_MANDATE_REFUSED,
  },
  'charge.mandate_revoked': {
    status: 403,
    title: 'The mandate to buy this was revoked.',
    retryable: false,
    rpcCode: RPC_MANDATE_REFUSED,
  },
  'charge.mandate_expired': {
    status: 403,
    title: 'The mandate to buy this has expired.',
    retryable: false,
    rpcCode: RPC_MANDATE_REFUSED,
  },
  'charge.mandate_out_of_scope': {
    status: 403,
    title: 'No mandate of the caller is for this server and tool.',
    retryable: false,
    rpcCode: RPC_MANDATE_REFUSED,
  },
  'charge.purchase_conflict': {
    status: 409,
    title: 'This idempotency key was used for another request.',
    retryable: false,
    rpcCode: RPC_PURCHASE_CONFLICT,
  },
  'charge.purchase_unknown': {
    status: 409,
    title: 'An earlier call with this idempotency key may have run; it is not run again.',
    retryable: false,
    rpcCode: RPC_PURCHASE_CONFLICT,
  },
  'charge.outcome_not_kept': {
    status: 409,
    title:
      'This purchase is complete and paid, but its result was not kept; nothing is charged again.',
    retryable: false,
    rpcCode: RPC_PURCHASE_CONFLICT,
  },
  'charge.purchase_busy': {
    status: 503,
    title: 'Too many calls wait for the same purchase.',
    retryable: true,
    rpcCode: RPC_UNAVAILABLE,
  },
  'charge.account_frozen': {
    status: 503,
    title: 'No money is granted to this gateway now.',
    retryable: true,
    rpcCode: RPC_UNAVAILABLE,
  },
  'charge.lease_unavailable': {
    status: 503,
    title: 'No money could be reserved: the control plane did not grant a lease in time.',
    retryable: true,
    rpcCode: RPC_UNAVAILABLE,
  },
  'charge.snapshot_stale': {
    status: 503,
    title: 'The gateway has not heard of the control plane for too long to serve this call.',
    retryable: true,
    rpcCode: RPC_UNAVAILABLE,
  },
  'charge.too_many_in_flight': {
    status: 503,
    title: 'The gateway carries as many calls as it may.',
    retryable: true,
    rpcCode: RPC_UNAVAILABLE,
  },
  'charge.too_many_cancellations': {
    status: 429,
    title: 'This key cancelled too many paid calls; it may buy again in a minute.',
    retryable: true,
    rpcCode: RPC_RATE_LIMITED,
  },
  'charge.stopping': {
    status: 503,
    title: 'The gateway is stopping; another one takes this call.',
    retryable: true,
    rpcCode: RPC_UNAVAILABLE,
  },
} as const

/** Makes a refusal of the charge path. */
export const refuse = problemsOf(CHARGE_PROBLEMS)
