import type { CallOutcomeKind } from '@mcp-orchestra/api/journal-record'
import { countsTokens, isFreePrice } from '@mcp-orchestra/api/metered-price'
import type { PriceEntity } from '@mcp-orchestra/api/snapshot'
import { unreachable } from '@mcp-orchestra/kernel'
import { tariffOf } from './metered/metered-call.ts'

/** How a tool is priced: not at all, by the call, or by the tokens that a call used. */
export type PriceModel = 'free' | 'per_call' | 'per_token'

/**
 * What an outcome costs: the price of the call, nothing, whichever of the two the listing chose, or the metered chunks
 * that the client has.
 */
export type OutcomeVerdict = 'charged' | 'released' | 'as_listed' | 'as_delivered'

/** What a settled call costs: what its price says, what was delivered of it, or nothing. */
export type Due = 'all' | 'delivered' | 'nothing'

/** One line of the published table. */
export type OutcomeRow = {
  readonly verdict: Readonly<Record<PriceModel, OutcomeVerdict>>
  /** For the documentation: what happened, in one sentence. */
  readonly meaning: string
}

const RELEASED = { free: 'released', per_call: 'released', per_token: 'released' } as const
const AS_DELIVERED = { ...RELEASED, per_token: 'as_delivered' } as const

/** Who pays for what: outcome × price model, as published (spending §3.11). */
export const OUTCOME_TABLE: Readonly<Record<CallOutcomeKind, OutcomeRow>> = {
  complete: {
    verdict: { free: 'released', per_call: 'charged', per_token: 'charged' },
    meaning: 'The server returned a complete result, even when the client had left.',
  },
  tool_error: {
    verdict: { free: 'released', per_call: 'as_listed', per_token: 'as_listed' },
    meaning: 'The result says isError; charged only when the listing says so.',
  },
  input_required: {
    verdict: RELEASED,
    meaning: 'The server asks for input first; the leg that completes pays.',
  },
  task_created: {
    verdict: RELEASED,
    meaning: 'The server goes on in the background; fetching the finished result pays, once.',
  },
  rpc_error: { verdict: RELEASED, meaning: 'The server answered with a JSON-RPC error.' },
  timeout: { verdict: RELEASED, meaning: 'The server did not answer within the deadline.' },
  upstream_failed: { verdict: RELEASED, meaning: 'The server died or could not be reached.' },
  unauthorized: {
    verdict: RELEASED,
    meaning:
      'The server wants an account: none is connected, it has to be authorized again, or it lacks the right.',
  },
  result_too_large: { verdict: RELEASED, meaning: 'The result is over our cap for this server.' },
  invalid_result: {
    verdict: RELEASED,
    meaning: 'The server answered something that is no result.',
  },
  cancelled: {
    verdict: AS_DELIVERED,
    meaning:
      'The call was cancelled before its result; the metered chunks that were delivered pay.',
  },
  limit_reached: {
    verdict: AS_DELIVERED,
    meaning: 'The next chunk would have cost more than was reserved: the call was stopped.',
  },
  refused: { verdict: RELEASED, meaning: 'We refused the call before the server saw it.' },
}

/** What a settled call costs. */
export function dueOf(
  outcome: CallOutcomeKind,
  model: PriceModel,
  { chargeToolErrors }: { readonly chargeToolErrors: boolean },
): Due {
  const verdict = OUTCOME_TABLE[outcome].verdict[model]
  switch (verdict) {
    case 'charged':
      return 'all'
    case 'released':
      return 'nothing'
    case 'as_listed':
      return chargeToolErrors ? 'all' : 'nothing'
    case 'as_delivered':
      return 'delivered'
    default:
      return unreachable(verdict)
  }
}

/** The column of the table that a price belongs to. */
export function priceModelOf(price: PriceEntity | undefined): PriceModel {
  if (price === undefined || isFreePrice(price)) return 'free'
  return countsTokens(tariffOf(price)) ? 'per_token' : 'per_call'
}
