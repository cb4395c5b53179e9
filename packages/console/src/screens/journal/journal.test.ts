import type { LedgerTransfer } from '@mcp-orchestra/sdk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { journalCsv } from './journal-csv.ts'
import { markLinked } from './linked.ts'

const transfer = (over: Partial<LedgerTransfer> = {}): LedgerTransfer => ({
  id: 'txn_1',
  at: '2026-11-22T12:00:00.000Z',
  kind: 'posted',
  debit: 'org:org_a:available',
  credit: 'platform:fees',
  amount: '25000000000001',
  asset: 'USD',
  display: '0.000025000000000001 USD',
  holdId: null,
  link: null,
  reference: null,
  ...over,
})

/** Reads CSV back (RFC 4180 §2). */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]]
  for (const [, quoted, plain, end] of text.matchAll(
    /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g,
  )) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
    if (end === '\r\n') rows.push([])
  }
  return rows.slice(0, -1)
}

describe('CSV of the journal', () => {
  it('has every digit of an amount', () => {
    const [, row] = parseCsv(journalCsv([transfer()]))
    expect(row?.slice(5, 8)).toEqual(['0.000025000000000001', 'USD', '25000000000001'])
  })

  it('reads back as it was written, whatever the texts hold', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 4 }), (references) => {
        const rows = parseCsv(journalCsv(references.map((reference) => transfer({ reference }))))
        const texts = rows.slice(1).map((row) => row[10])
        expect(texts.map((text) => text?.replace(/^'(?=[=+\-@\t\r])/, ''))).toEqual(references)
      }),
    )
  })

  it.each(['=1+1', '+1', '-cmd', '@x', '\tx'])('%j is no formula in a spreadsheet', (reference) => {
    expect(parseCsv(journalCsv([transfer({ reference })]))[1]?.[10]).toBe(`'${reference}`)
  })
})

describe('transfers that belong together', () => {
  const link = fc.option(fc.constantFrom('a', 'b', 'c'))
  it('keep their order, and stand as one group exactly when they share a link and are neighbours', () => {
    fc.assert(
      fc.property(fc.array(link), (links) => {
        const rows = markLinked(links.map((one, n) => transfer({ id: `txn_${n}`, link: one })))
        expect(rows.map(({ id }) => id)).toEqual(links.map((_, n) => `txn_${n}`))
        rows.forEach((row, n) => {
          const joined = row.link !== null && rows[n + 1]?.link === row.link
          expect(row.place === 'first' || row.place === 'middle').toBe(joined)
        })
      }),
    )
  })
})
