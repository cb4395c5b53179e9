import type { Invoice, InvoiceLine } from '../invoice/invoice.ts'
import type { Invoiced } from '../invoice/draft-lines.ts'

/** What `billing.invoices.document` holds: JSON has no bigint, so amounts are decimal strings. */
export type StoredInvoice = {
  readonly invoice: Jsonable<Omit<Invoice, 'lines'>> & { readonly lines: Jsonable<InvoiceLine>[] }
  /** Before refunds and shares were kept there was nothing to say of them. */
  readonly parts: readonly (Omit<Jsonable<Invoiced>, 'refunded' | 'shareId'> & {
    readonly refunded?: string
    readonly shareId?: Invoiced['shareId']
  })[]
}

/** The type of a value after JSON: bigints are strings. */
type Jsonable<T> = T extends bigint
  ? string
  : T extends string | number | boolean | null
    ? T
    : T extends readonly (infer E)[]
      ? Jsonable<E>[]
      : { readonly [K in keyof T]: Jsonable<T[K]> }

/** Writes an invoice and what it is of as JSON text. */
export function writeDocument(invoice: Invoice, parts: readonly Invoiced[]): string {
  return JSON.stringify({ invoice, parts }, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  )
}

/** Reads the invoice again. */
export function invoiceOf({ invoice }: StoredInvoice): Invoice {
  return {
    ...invoice,
    totalCents: BigInt(invoice.totalCents),
    carriedIn: BigInt(invoice.carriedIn),
    carriedOut: BigInt(invoice.carriedOut),
    lines: invoice.lines.map((line) => ({
      ...line,
      calls: BigInt(line.calls),
      exact: BigInt(line.exact),
      cents: BigInt(line.cents),
      unitPrice:
        line.unitPrice === null
          ? null
          : {
              cents: BigInt(line.unitPrice.cents),
              baseQuantity: BigInt(line.unitPrice.baseQuantity),
            },
    })),
  }
}

/** Reads what it is of. */
export function partsOf({ parts }: StoredInvoice): Invoiced[] {
  return parts.map((part) => ({
    ...part,
    calls: BigInt(part.calls),
    exact: BigInt(part.exact),
    refunded: BigInt(part.refunded ?? '0'),
    shareId: part.shareId ?? null,
  }))
}
