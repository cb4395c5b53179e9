import type { UsageEvent } from '@mcp-orchestra/sdk'
import { oneOf, present, wordOf } from '../../queries/search-word.ts'
import type { CallFilter } from '../../queries/usage.ts'

/** Every outcome, in the order of the filter. A new one in the API does not compile until it is here. */
const OUTCOME_TABLE = {
  complete: true,
  tool_error: true,
  input_required: true,
  task_created: true,
  rpc_error: true,
  timeout: true,
  upstream_failed: true,
  unauthorized: true,
  result_too_large: true,
  invalid_result: true,
  cancelled: true,
  limit_reached: true,
  refused: true,
} as const satisfies Record<UsageEvent['outcome'], true>

/** How a call can end. */
export const OUTCOMES = Object.keys(OUTCOME_TABLE) as readonly UsageEvent['outcome'][]

/** Whose calls: those I pay for, or those of my servers; absent: both. */
export const SIDES = ['payer', 'publisher'] as const

/** The longest id that the API takes. */
const ID_CHARS_MAX = 40

/** What the address of `/calls` holds. */
export type CallsSearch = {
  readonly side?: (typeof SIDES)[number]
  /** Another organization: operators only. */
  readonly organization?: string
  /** Id of a server. */
  readonly server?: string
  readonly tool?: string
  readonly outcome?: UsageEvent['outcome']
  /** Text that a shown row must hold. */
  readonly q?: string
  /** RFC 3339: calls since then, and before then. */
  readonly from?: string
  readonly to?: string
}

/** Reads the address; what makes no sense is as if it were not there. */
export function validateSearch(search: Record<string, unknown>): CallsSearch {
  return present({
    side: oneOf(search['side'], SIDES),
    organization: wordOf(search['organization'])?.slice(0, ID_CHARS_MAX),
    server: wordOf(search['server'])?.slice(0, ID_CHARS_MAX),
    tool: wordOf(search['tool']),
    outcome: oneOf(search['outcome'], OUTCOMES),
    q: wordOf(search['q']),
    from: momentOf(search['from']),
    to: momentOf(search['to']),
  })
}

/** The part of the address that the platform filters by. */
export function filterOf({
  side,
  organization,
  server,
  tool,
  outcome,
  from,
  to,
}: CallsSearch): CallFilter {
  return present({ side, organizationId: organization, serverId: server, tool, outcome, from, to })
}

/** A moment as the API takes it: RFC 3339 in UTC. */
function momentOf(value: unknown): string | undefined {
  if (
    typeof value !== 'string' ||
    !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/.test(value)
  ) {
    return undefined
  }
  return Number.isNaN(Date.parse(value)) ? undefined : value
}
