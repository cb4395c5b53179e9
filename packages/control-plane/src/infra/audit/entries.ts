import type { AuditEntry } from '@mcp-orchestra/api/audit'
import {
  fromUuid,
  toRfc3339,
  toUuid,
  type Id,
  type Instant,
  type Transaction,
} from '@mcp-orchestra/kernel'
import { pgOf } from '../postgres/index.ts'
import { redactDetail } from './redact.ts'

/** An entry as it was written. */
export type WrittenEntry = Required<AuditEntry> & {
  readonly id: Id<'adt'>
  readonly at: Instant
  readonly outcome: 'done' | 'refused'
}

/** Which entries; what is undefined does not matter. */
export type EntriesQuery = {
  /** Null: those that belong to no organization. */
  readonly organizationId: Id<'org'> | null
  /** One action, or what stands before its dot. */
  readonly action: string | undefined
  readonly actor: string | undefined
  readonly target: string | undefined
  readonly outcome: WrittenEntry['outcome'] | undefined
  readonly from: Instant | undefined
  readonly to: Instant | undefined
  /** Only older ones than this entry. */
  readonly before: Id<'adt'> | undefined
  readonly limit: number
}

type Row = Pick<WrittenEntry, 'actor' | 'action' | 'target' | 'detail' | 'at'> & {
  readonly id: string
  readonly organization_id: string | null
  readonly refused: boolean
}

/** Refusals are told by the last word of their action. */
const REFUSED = `(action like '%\\_refused')`

/** Each of the two has its own index in this order. */
const OWNER = { own: 'organization_id = $1', none: 'organization_id is null and $1::uuid is null' }

function pageOf(owner: string): string {
  return `select id, at, organization_id, actor, action, target, detail, ${REFUSED} as refused
          from audit.entries
          where ${owner}
            and ($2::text is null or action = $2 or starts_with(action, $2 || '.'))
            and ($3::text is null or actor = $3) and ($4::text is null or target = $4)
            and ($5::boolean is null or ${REFUSED} = $5)
            and ($6::timestamptz is null or at >= $6) and ($7::timestamptz is null or at < $7)
            and ($8::uuid is null
                 or (at, id) < (select last.at, last.id from audit.entries last where last.id = $8))
          order by at desc, id desc limit $9`
}

/** A page of the trail, newest first. */
export async function readEntries(tx: Transaction, query: EntriesQuery): Promise<WrittenEntry[]> {
  const { organizationId, action, actor, target, outcome, from, to, before, limit } = query
  const { rows } = await pgOf(tx).query<Row>({
    text: pageOf(organizationId === null ? OWNER.none : OWNER.own),
    values: [
      organizationId === null ? null : toUuid(organizationId),
      action ?? null,
      actor ?? null,
      target ?? null,
      outcome === undefined ? null : outcome === 'refused',
      from === undefined ? null : toRfc3339(from),
      to === undefined ? null : toRfc3339(to),
      before === undefined ? null : toUuid(before),
      limit,
    ],
  })
  return rows.map(({ id, organization_id, refused, detail, at, actor, action, target }) => ({
    id: fromUuid('adt', id),
    at,
    organizationId: organization_id === null ? null : fromUuid('org', organization_id),
    actor,
    action,
    target,
    outcome: refused ? 'refused' : 'done',
    // Again: entries of older versions were written as they came.
    detail: redactDetail(detail),
  }))
}
