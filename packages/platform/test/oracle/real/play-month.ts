import { assert, instant, Problem } from '@mcp-orchestra/kernel'
import type { Happening, RefundPart, SeededMonth } from '../month/month.ts'
import { callOf } from '../month/read-month.ts'
import { ownerOf, valueOf, type MonthWorld } from './month-world.ts'
import { writeJournals, type Journals } from './write-journals.ts'

/** Why a refund may be refused here: there is nothing, or nothing left, to give back. */
const NOTHING_TO_REFUND = new Set([
  'metering.usage_event_not_found',
  'payments.call_not_charged',
  'payments.refund_exceeds_charge',
])

/** What the books alone do not tell. */
export type Played = Journals & { readonly refusedRefunds: number }

/** Lets everything of a month happen to the product, in its order. */
export async function playMonth(stage: MonthWorld, month: SeededMonth): Promise<Played> {
  const written = await writeJournals(stage, month)
  let refusedRefunds = 0
  for (const [place, happening] of month.happenings.entries()) {
    if (happening.kind === 'refund') {
      const given = await giveRefund(stage, month, { ...happening, written, place })
      if (!given) refusedRefunds += 1
    } else await happen(stage, happening, written)
  }
  return { ...written, refusedRefunds }
}

async function happen(
  { world, billing }: MonthWorld,
  happening: Exclude<Happening, { kind: 'refund' }>,
  { journals }: Journals,
): Promise<void> {
  const { payments, clock } = world
  switch (happening.kind) {
    case 'batch':
    case 'repeated':
    case 'ahead': {
      const { kind, gateway, from, to } = happening
      const batch = valueOf(journals, gateway).batch(from, to)
      const { applied } = await payments.applyBatch(gateway, batch)
      assert(applied === (kind === 'batch'), `${gateway} ${from} to ${to} ${kind}`)
      return
    }
    case 'end': {
      const journal = valueOf(journals, happening.gateway)
      journal.write({ kind: 'incarnation_end' })
      await payments.applyBatch(happening.gateway, journal.batch(journal.records.length))
      return
    }
    case 'lost':
      await payments.declareLost(world.operator, valueOf(journals, happening.gateway).incarnationId)
      return
    case 'sweep':
      await payments.sweepAccrued()
      return
    case 'invoices':
      clock.set(instant(happening.at))
      await billing.finalizeDue()
  }
}

/** Whether there was something to give back. */
async function giveRefund(
  { world, names }: MonthWorld,
  month: SeededMonth,
  refund: {
    readonly call: number
    readonly part: RefundPart
    readonly written: Journals
    readonly place: number
  },
): Promise<boolean> {
  const { server } = callOf(month, refund.call)
  const publisher = month.listings.find(({ name }) => name === server)?.publisher ?? ''
  const principal = ownerOf(world, valueOf(names.organizations, publisher))
  const eventId = valueOf(refund.written.events, refund.call)
  try {
    const { posted } = await world.metering.usageEvent(principal, eventId)
    const query = { organizationId: null, side: 'any', before: undefined, limit: 200 } as const
    const before = await world.payments.refunds.list({ ...query, eventId })
    const left = before.reduce((rest, { amount }) => rest - amount, posted)
    const amount = { all: undefined, half: left / 2n, 'one unit': 1n }[refund.part]
    await world.payments.refunds.give(principal, {
      eventId,
      amount,
      reason: 'the month has refunds',
      idempotencyKey: `refund-${refund.place}`,
    })
    return true
  } catch (error) {
    if (error instanceof Problem && NOTHING_TO_REFUND.has(error.code)) return false
    throw error
  }
}
