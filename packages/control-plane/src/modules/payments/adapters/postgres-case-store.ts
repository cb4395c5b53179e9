import { assetId, fromUuid, toRfc3339, toUuid, type Instant } from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import type { Case, CaseKind, CaseOpening } from '../case/case.ts'
import type { CaseStore } from '../ports.ts'

type Row = {
  id: string
  kind: CaseKind
  subject: string
  organization_id: string | null
  incarnation_id: string | null
  asset: string | null
  amount: bigint
  occurrences: number
  detail: CaseOpening['detail']
  state: Case['state']
  opened_at: Instant
  last_at: Instant
}

// A repeat adds to the open case: one garbled journal is one thing to look at, not ten thousand.
const OPEN = `
  insert into payments.cases as c (id, kind, subject, organization_id, incarnation_id, asset, amount,
    detail, opened_at, last_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
  on conflict (kind, subject, coalesce(asset, '')) where state = 'open' do update
  set amount = c.amount + excluded.amount, occurrences = c.occurrences + 1, last_at = excluded.last_at`

/** Cases in PostgreSQL. */
export const postgresCaseStore: CaseStore = {
  async open(tx, openings, at) {
    for (const opening of openings) {
      await pgOf(tx).query({
        name: 'payments.open_case',
        text: OPEN,
        values: [
          toUuid(opening.id),
          opening.kind,
          opening.subject,
          opening.organizationId === null ? null : toUuid(opening.organizationId),
          opening.incarnationId === null ? null : toUuid(opening.incarnationId),
          opening.asset,
          opening.amount,
          JSON.stringify(opening.detail),
          toRfc3339(at),
        ],
      })
    }
  },
  async resolve(tx, kind, subject) {
    await pgOf(tx).query({
      text: `update payments.cases set state = 'resolved'
               where kind = $1 and subject = $2 and state = 'open'`,
      values: [kind, subject],
    })
  },
  async page(tx, { organizationId, state, before, limit }) {
    const { rows } = await pgOf(tx).query<Row>({
      text: `select * from payments.cases
               where ($1::uuid is null or organization_id = $1) and ($2::text is null or state = $2)
                 and ($3::uuid is null or id < $3)
               order by id desc limit $4`,
      values: [
        organizationId === null ? null : toUuid(organizationId),
        state ?? null,
        before === undefined ? null : toUuid(before),
        limit,
      ],
    })
    return rows.map(caseOf)
  },
}

function caseOf(row: Row): Case {
  return {
    id: fromUuid('cas', row.id),
    kind: row.kind,
    subject: row.subject,
    organizationId: row.organization_id === null ? null : fromUuid('org', row.organization_id),
    incarnationId: row.incarnation_id === null ? null : fromUuid('inc', row.incarnation_id),
    asset: row.asset === null ? null : assetId(row.asset),
    amount: row.amount,
    occurrences: row.occurrences,
    detail: row.detail,
    state: row.state,
    openedAt: row.opened_at,
    lastAt: row.last_at,
  }
}
