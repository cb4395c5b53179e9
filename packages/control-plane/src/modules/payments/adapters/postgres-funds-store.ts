import {
  assert,
  assetId,
  fromUuid,
  money,
  toRfc3339,
  toUuid,
  type Instant,
} from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import type { PublisherStore, TopUpStore } from '../ports.ts'

type TopUpRow = {
  operator_id: string
  idempotency_key: string
  organization_id: string
  asset: string
  amount: bigint
  transfer_id: string
  created_at: Instant
}

/** Top-ups in PostgreSQL. */
export const postgresTopUpStore: TopUpStore = {
  async addOnce(tx, topUp) {
    await pgOf(tx).query({
      text: `insert into payments.top_ups (operator_id, idempotency_key, organization_id, asset, amount,
               transfer_id, created_at)
             values ($1, $2, $3, $4, $5, $6, $7) on conflict (operator_id, idempotency_key) do nothing`,
      values: [
        toUuid(topUp.operatorId),
        topUp.idempotencyKey,
        toUuid(topUp.organizationId),
        topUp.amount.asset,
        topUp.amount.amount,
        toUuid(topUp.transferId),
        toRfc3339(topUp.createdAt),
      ],
    })
    const { rows } = await pgOf(tx).query<TopUpRow>({
      text: 'select * from payments.top_ups where operator_id = $1 and idempotency_key = $2',
      values: [toUuid(topUp.operatorId), topUp.idempotencyKey],
    })
    const [row] = rows
    assert(row !== undefined, 'the key was just used')
    return {
      operatorId: fromUuid('org', row.operator_id),
      idempotencyKey: row.idempotency_key,
      organizationId: fromUuid('org', row.organization_id),
      amount: money(row.amount, assetId(row.asset)),
      transferId: fromUuid('txn', row.transfer_id),
      createdAt: row.created_at,
    }
  },
}

/** Publishers in PostgreSQL: whoever the cumulative gross names, and those who share it. */
export const postgresPublisherStore: PublisherStore = {
  lockPublisher: (tx, publisherId) => lockPublishers(tx, [publisherId]),
  lockPublishers,
  async page(tx, after, limit) {
    const { rows } = await pgOf(tx).query<{ publisher_id: string; asset: string }>({
      text: `select publisher_id, asset from (
               select publisher_id, asset from payments.fee_totals
               union
               select p.organization_id, t.asset from payments.share_parties p
               join payments.fee_totals t on t.share_id = p.agreement_id
             ) as earned
             where ($1::uuid is null or publisher_id > $1) order by publisher_id, asset limit $2`,
      values: [after === undefined ? null : toUuid(after), limit],
    })
    return rows.map((row) => ({
      publisherId: fromUuid('org', row.publisher_id),
      asset: assetId(row.asset),
    }))
  },
  async lockSweep(tx) {
    await pgOf(tx).query({
      text: `select pg_advisory_xact_lock(hashtextextended('payments.sweep_accrued', 0))`,
    })
  },
}

async function lockPublishers(
  ...[tx, publisherIds]: Parameters<PublisherStore['lockPublishers']>
): Promise<void> {
  if (publisherIds.length === 0) return
  const values = [publisherIds.map(toUuid)]
  // Missing rows are added in the order in which they are locked: two callers never wait in a circle.
  await pgOf(tx).query({
    name: 'payments.add_publishers',
    text: `insert into payments.publishers (organization_id)
           select distinct id from unnest($1::uuid[]) as p (id) order by id
           on conflict do nothing`,
    values,
  })
  await pgOf(tx).query({
    name: 'payments.lock_publishers',
    text: `select 1 from payments.publishers where organization_id = any($1::uuid[])
           order by organization_id for no key update`,
    values,
  })
}
