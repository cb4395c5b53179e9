import type { CallOutcomeKind } from '@mcp-orchestra/api/journal-record'
import { unreachable } from '@mcp-orchestra/kernel'

/** How a tool is priced. Metered models are an addition: each outcome then gets a further column. */
export type PriceModel = 'free' | 'per_call'

/** What an outcome costs: the reservation, nothing, or whichever of the two the listing chose. */
export type OutcomeVerdict = 'charged' | 'released' | 'as_listed'

/** One line of the published table. */
export type OutcomeRow = {
  readonly verdict: Readonly<Record<PriceModel, OutcomeVerdict>>
  /** For the documentation: what happened, in one sentence. */
  readonly meaning: string
}

const RELEASED = { free: 'released', per_call: 'released' } as const

/** Who pays for what: outcome × price model, as published (spending §3.11). */
export const OUTCOME_TABLE: Readonly<Record<CallOutcomeKind, OutcomeRow>> = {
  complete: {
    verdict: { free: 'released', per_call: 'charged' },
    meaning: 'The server returned a complete result, even when the client had left.',
  },
  tool_error: {
    verdict: { free: 'released', per_call: 'as_listed' },
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
    verdict: RELEASED,
    meaning: 'The call was cancelled before its result; only metered chunks would be charged.',
  },
  refused: { verdict: RELEASED, meaning: 'We refused the call before the server saw it.' },
}

/** What a settled call costs, in the asset's smallest unit: all of the reservation or nothing. */
export function amountDue(
  outcome: CallOutcomeKind,
  model: PriceModel,
  terms: { readonly reserved: bigint; readonly chargeToolErrors: boolean },
): bigint {
  const verdict = OUTCOME_TABLE[outcome].verdict[model]
  switch (verdict) {
    case 'charged':
      return terms.reserved
    case 'released':
      return 0n
    case 'as_listed':
      return terms.chargeToolErrors ? terms.reserved : 0n
    default:
      return unreachable(verdict)
  }
}
