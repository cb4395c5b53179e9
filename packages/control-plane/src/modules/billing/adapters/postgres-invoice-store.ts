import { assert, fromUuid, toRfc3339, toUuid } from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import { shareIdOf, shareKeyOf, type Month } from '../../metering/index.ts'
import type { Invoiced } from '../invoice/draft-lines.ts'
import type { InvoiceStore } from '../ports.ts'
import { invoiceOf, partsOf, writeDocument, type StoredInvoice } from './invoice-document.ts'

type InvoicedRow = {
  payer_id: string
  publisher_id: string
  server_id: string
  tool: string
  price_id: string
  month: string
  calls: bigint
  exact: bigint
  refunded: bigint
  share_id: string
}

/** What tells one total from another, as seven arrays. */
const KEYS = '$3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::uuid[], $8::text[], $9::uuid[]'

/** Invoices in PostgreSQL: numbers and append-only are kept by the schema as well. */
export const postgresInvoiceStore: InvoiceStore = {
  async lockParty(tx, organizationId, side) {
    const values = [toUuid(organizationId), side]
    await pgOf(tx).query({
      text: `insert into billing.parties (organization_id, side) values ($1, $2)
             on conflict do nothing`,
      values,
    })
    const { rows } = await pgOf(tx).query<{ carry: bigint }>({
      text: `select carry from billing.parties where organization_id = $1 and side = $2
             for no key update`,
      values,
    })
    const carry = rows[0]?.carry
    assert(carry !== undefined, 'the party was just made')
    return carry
  },
  async setCarry(tx, organizationId, side, carry) {
    await pgOf(tx).query({
      text: 'update billing.parties set carry = $3 where organization_id = $1 and side = $2',
      values: [toUuid(organizationId), side, carry],
    })
  },
  async invoiced(tx, organizationId, side) {
    const { rows } = await pgOf(tx).query<InvoicedRow>({
      text: `select *, to_char(month, 'YYYY-MM') as month from billing.invoiced
             where organization_id = $1 and side = $2`,
      values: [toUuid(organizationId), side],
    })
    return rows.map(invoicedOf)
  },
  async addInvoiced(tx, organizationId, side, parts) {
    const values = [
      side,
      toUuid(organizationId),
      parts.map(({ payerId }) => toUuid(payerId)),
      parts.map(({ publisherId }) => toUuid(publisherId)),
      parts.map(({ serverId }) => toUuid(serverId)),
      parts.map(({ tool }) => tool),
      parts.map(({ priceId }) => toUuid(priceId)),
      parts.map(({ month }) => month),
      parts.map(({ shareId }) => shareKeyOf(shareId)),
    ]
    // First a row of nothing for each: an amount to take back may not stand alone, not even for a moment.
    await pgOf(tx).query({
      text: `insert into billing.invoiced (side, organization_id, payer_id, publisher_id, server_id,
               tool, price_id, month, share_id, calls, exact)
             select $1, $2, a, b, c, d, e, to_date(f, 'YYYY-MM'), s, 0, 0
             from unnest(${KEYS}) as n (a, b, c, d, e, f, s)
             on conflict do nothing`,
      values,
    })
    await pgOf(tx).query({
      text: `update billing.invoiced i set calls = i.calls + g, exact = i.exact + h, refunded = i.refunded + r
             from unnest(${KEYS}, $10::bigint[], $11::numeric[], $12::numeric[])
               as n (a, b, c, d, e, f, s, g, h, r)
             where side = $1 and organization_id = $2 and payer_id = a and publisher_id = b
               and server_id = c and tool = d and price_id = e and month = to_date(f, 'YYYY-MM')
               and share_id = s`,
      values: [
        ...values,
        parts.map(({ calls }) => calls),
        parts.map(({ exact }) => exact),
        parts.map(({ refunded }) => refunded),
      ],
    })
  },
  async nextSequence(tx, series) {
    const { rows } = await pgOf(tx).query<{ last_sequence: number }>({
      text: `insert into billing.series as s (name, last_sequence) values ($1, 1)
             on conflict (name) do update set last_sequence = s.last_sequence + 1
             returning last_sequence`,
      values: [series],
    })
    const sequence = rows[0]?.last_sequence
    assert(sequence !== undefined, 'an upsert returns its row')
    return sequence
  },
  async add(tx, invoice, parts) {
    await pgOf(tx).query({
      text: `insert into billing.invoices (id, kind, series, sequence, number, organization_id, side,
               month, issued_at, total_cents, document, original_id)
             values ($1, $2, $3, $4, $5, $6, $7, to_date($8, 'YYYY-MM'), $9, $10, $11, $12)`,
      values: [
        toUuid(invoice.id),
        invoice.kind,
        invoice.series,
        invoice.sequence,
        invoice.number,
        toUuid(invoice.organizationId),
        invoice.side,
        invoice.month,
        toRfc3339(invoice.issuedAt),
        invoice.totalCents,
        writeDocument(invoice, parts),
        invoice.original === null ? null : toUuid(invoice.original.id),
      ],
    })
  },
  async find(tx, id) {
    const stored = await read(tx, id)
    return stored === undefined ? undefined : invoiceOf(stored)
  },
  async partsOf(tx, id) {
    const stored = await read(tx, id)
    return stored === undefined ? [] : partsOf(stored)
  },
  async isCredited(tx, id) {
    const { rowCount } = await pgOf(tx).query({
      text: 'select 1 from billing.invoices where original_id = $1',
      values: [toUuid(id)],
    })
    return rowCount !== 0
  },
  async page(tx, { organizationId, before, limit }) {
    const { rows } = await pgOf(tx).query<{ document: StoredInvoice }>({
      text: `select document from billing.invoices
             where ($1::uuid is null or organization_id = $1) and ($2::uuid is null or id < $2)
             order by id desc limit $3`,
      values: [
        organizationId === null ? null : toUuid(organizationId),
        before === undefined ? null : toUuid(before),
        limit,
      ],
    })
    return rows.map(({ document }) => invoiceOf(document))
  },
}

async function read(
  tx: Parameters<InvoiceStore['find']>[0],
  id: Parameters<InvoiceStore['find']>[1],
): Promise<StoredInvoice | undefined> {
  const { rows } = await pgOf(tx).query<{ document: StoredInvoice }>({
    text: 'select document from billing.invoices where id = $1',
    values: [toUuid(id)],
  })
  return rows[0]?.document
}

function invoicedOf(row: InvoicedRow): Invoiced {
  return {
    payerId: fromUuid('org', row.payer_id),
    publisherId: fromUuid('org', row.publisher_id),
    serverId: fromUuid('srv', row.server_id),
    tool: row.tool,
    priceId: fromUuid('prc', row.price_id),
    month: row.month as Month,
    shareId: shareIdOf(row.share_id),
    calls: row.calls,
    exact: row.exact,
    refunded: row.refunded,
  }
}
