import { oneOf, present, wordOf } from '../../queries/search-word.ts'

/** How what an entry tells of ended. */
export const OUTCOMES = ['done', 'refused'] as const

/** What the address of `/audit` holds. */
export type AuditSearch = {
  /** One action, or all of a kind. */
  readonly action?: string
  readonly actor?: string
  readonly target?: string
  readonly outcome?: (typeof OUTCOMES)[number]
  /** First and last day, `2026-11-22`, in the reader's time zone. */
  readonly from?: string
  readonly to?: string
  /** Acts on the platform as a whole: operators only. */
  readonly scope?: 'platform'
}

/** Beside the organization's own entries. */
const SCOPES = ['platform'] as const

/** What the API takes; anything else would be refused. */
const ACTION = /^[a-z_.]{1,99}$/
const WORD = /^[\w .:-]{1,200}$/
const DAY = /^20[\d-]{8}$/

/** Reads the address; what makes no sense is as if it were not there. */
export function validateSearch(search: Record<string, unknown>): AuditSearch {
  return present({
    action: matching(search['action'], ACTION),
    actor: matching(search['actor'], WORD),
    target: matching(search['target'], WORD),
    outcome: oneOf(search['outcome'], OUTCOMES),
    from: matching(search['from'], DAY),
    to: matching(search['to'], DAY),
    scope: oneOf(search['scope'], SCOPES),
  })
}

function matching(value: unknown, form: RegExp): string | undefined {
  const word = wordOf(value)
  return word !== undefined && form.test(word) ? word : undefined
}
