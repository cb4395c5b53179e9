import { assert, parseId, toRfc3339, toUuid } from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import type { QuoteStore } from '../quote/ports.ts'
import type { SignedQuote } from '../quote/quote.ts'
import { canonicalText } from '../signing/signer.ts'

const PRUNE = `
  delete from payments.quotes q where id in
    (select id from payments.quotes where expires_at < $1
       and not exists (select 1 from payments.quote_uses u where u.quote_id = id)
     order by expires_at limit $2 for update skip locked)`

/** Quotes in PostgreSQL. */
export const postgresQuoteStore: QuoteStore = {
  async add(tx, signed) {
    const { id, organizationId, asset, expiresAt } = signed.quote
    const [quoteId, owner] = [parseId('quo', id), parseId('org', organizationId)]
    assert(quoteId !== undefined && owner !== undefined, 'a quote of ours has ids of ours')
    await pgOf(tx).query({
      text: `insert into payments.quotes (id, organization_id, asset, expires_at, document)
             values ($1, $2, $3, $4, $5)`,
      values: [toUuid(quoteId), toUuid(owner), asset, expiresAt, canonicalText(signed)],
    })
  },
  async find(tx, id) {
    const { rows } = await pgOf(tx).query<{ document: string }>({
      text: 'select document from payments.quotes where id = $1',
      values: [toUuid(id)],
    })
    return rows[0] === undefined ? undefined : (JSON.parse(rows[0].document) as SignedQuote)
  },
  async useOf(tx, id) {
    const { rows } = await pgOf(tx).query<{ rail: string; reference: string }>({
      text: 'select rail, reference from payments.quote_uses where quote_id = $1',
      values: [toUuid(id)],
    })
    return rows[0]
  },
  async addUse(tx, id, { rail, reference }, at) {
    await pgOf(tx).query({
      text: `insert into payments.quote_uses (quote_id, rail, reference, used_at)
             values ($1, $2, $3, $4)`,
      values: [toUuid(id), rail, reference, toRfc3339(at)],
    })
  },
  async carry(tx, organizationId, asset) {
    const { rows } = await pgOf(tx).query<{ amount: bigint }>({
      text: `select amount from payments.quote_carries where organization_id = $1 and asset = $2`,
      values: [toUuid(organizationId), asset],
    })
    return rows[0]?.amount ?? 0n
  },
  async lockCarry(tx, organizationId, asset) {
    const { rows } = await pgOf(tx).query<{ amount: bigint }>({
      text: `insert into payments.quote_carries (organization_id, asset, amount) values ($1, $2, 0)
             on conflict (organization_id, asset) do update set amount = payments.quote_carries.amount
             returning amount`,
      values: [toUuid(organizationId), asset],
    })
    return rows[0]?.amount ?? 0n
  },
  async saveCarry(tx, organizationId, asset, amount) {
    await pgOf(tx).query({
      text: `update payments.quote_carries set amount = $3 where organization_id = $1 and asset = $2`,
      values: [toUuid(organizationId), asset, amount],
    })
  },
  async prune(tx, before, limit) {
    const { rowCount } = await pgOf(tx).query({ text: PRUNE, values: [toRfc3339(before), limit] })
    return rowCount ?? 0
  },
}
