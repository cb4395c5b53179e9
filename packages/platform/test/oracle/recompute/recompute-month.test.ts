import { expect, test } from 'vitest'
import type { SeededMonth } from '../month/month.ts'
import { recomputeMonth } from './recompute-month.ts'
import { DOCUMENTED } from './rules.ts'

const at = (text: string) => Date.parse(`${text}T12:00:00Z`)
const call = (number: number, day: string) => ({
  number,
  gateway: 'gateway',
  at: at(day),
  payer: 'payer',
  server: 'server',
  tool: 'tool',
  outcome: 'complete' as const,
})

/** One payer, one server, its first call of a month free, each other one a third of 100,000; from the 2nd it is shared. */
const MONTH: SeededMonth = {
  payers: ['payer'],
  publishers: ['publisher'],
  sharers: ['sharer'],
  topUp: 1_000_000n,
  listings: [{ name: 'server', publisher: 'publisher', chargesToolErrors: false }],
  prices: [
    {
      name: 'price',
      server: 'server',
      tool: '*',
      startsAt: 0,
      perCall: 0n,
      maximum: 10n ** 18n,
      components: [
        {
          meter: 'request',
          form: { form: 'unit', rate: { amount: 100_000n, per: 3n }, freeUnits: 1n, minimum: 0n },
        },
      ],
    },
  ],
  agreements: [
    {
      name: 'agreement',
      server: 'server',
      startsAt: at('2026-11-02'),
      parties: [{ role: 'affiliate', who: 'sharer', bps: 1_000 }],
    },
  ],
  calls: [
    call(0, '2026-11-01'),
    call(1, '2026-11-01'),
    call(2, '2026-11-03'),
    call(3, '2026-12-01'),
  ],
  journals: new Map([['gateway', [0, 1, 2, 1, 3]]]),
  happenings: [
    { kind: 'batch', gateway: 'gateway', from: 1, to: 4 },
    { kind: 'invoices', month: '2026-11', at: at('2026-12-01') },
    { kind: 'refund', call: 2, part: 'half' },
    { kind: 'refund', call: 0, part: 'all' },
    { kind: 'batch', gateway: 'gateway', from: 5, to: 5 },
  ],
}

// By hand: two calls of 33,333; of the second 16,666 went back. Fees: 833.325 and, of the 16,667 that were kept under
// the agreement, 416.675; the sharer has a tenth of the 16,251 that are left.
test('a month that is small enough for paper comes to what paper says', () => {
  const cells = recomputeMonth(MONTH, DOCUMENTED)
  const found = Object.fromEntries(
    [
      'calls: in all',
      'cases: duplicate_event',
      'call 0: posted',
      'call 1: posted',
      'call 2: posted',
      'call 2: refunded',
      'call 2: fee given back',
      'call 3: posted',
      'refunds: refused',
      'payer: available',
      'platform: fees',
      'publisher: earned',
      'sharer: earned',
      'server server 2026-11: posted',
      'invoice payer payer 2026-11: cents',
      'invoice payer payer 2026-11: carried',
      'invoice publisher publisher 2026-11, fee: exact',
    ].map((name) => [name, cells.get(name) ?? 0n]),
  )
  expect(found).toEqual({
    'calls: in all': 4n,
    'cases: duplicate_event': 1n,
    'call 0: posted': 0n,
    'call 1: posted': 33_333n,
    'call 2: posted': 33_333n,
    'call 2: refunded': 16_666n,
    'call 2: fee given back': 417n,
    'call 3: posted': 0n,
    'refunds: refused': 1n,
    'payer: available': 950_000n,
    'platform: fees': 833n + 416n,
    'publisher: earned': 32_500n + 14_626n,
    'sharer: earned': 1_625n,
    'server server 2026-11: posted': 66_666n,
    'invoice payer payer 2026-11: cents': 0n,
    'invoice payer payer 2026-11: carried': 66_666n,
    'invoice publisher publisher 2026-11, fee: exact': -833n - 833n,
  })
})
