import { Problem, type Id } from '@mcp-orchestra/kernel'
import type { BillingDeps } from '../deps.ts'
import { monthBefore } from '../period.ts'
import { finalizeInvoice } from './finalize-invoice.ts'
import type { Side } from './invoice.ts'

/** Parties read at once. */
const PARTIES_PAGE = 500

/** What keeps an invoice from being written without anything being wrong. */
const EXPECTED = new Set(['billing.nothing_to_invoice', 'billing.profile_missing'])

/** A job: writes the invoices of the month before, each in a transaction of its own. Returns how many. */
export async function finalizeDue(deps: BillingDeps): Promise<number> {
  const month = monthBefore(deps.clock.now())
  let written = 0
  for (const side of ['payer', 'publisher'] as const) {
    for await (const organizationId of partiesOf(deps, side, month)) {
      try {
        await finalizeInvoice(deps, 'system', { organizationId, side, month })
        written += 1
      } catch (error) {
        // Whoever has no profile yet is asked for it by the console; the next night tries again.
        if (!(error instanceof Problem && EXPECTED.has(error.code))) throw error
      }
    }
  }
  return written
}

async function* partiesOf(
  deps: BillingDeps,
  side: Side,
  upTo: ReturnType<typeof monthBefore>,
): AsyncGenerator<Id<'org'>> {
  let after: Id<'org'> | undefined
  for (;;) {
    const query = { side, upTo, after, limit: PARTIES_PAGE }
    const page = await deps.transactions.run((tx) => deps.metering.totals.parties(tx, query))
    yield* page
    after = page.at(-1)
    if (page.length < PARTIES_PAGE) return
  }
}
