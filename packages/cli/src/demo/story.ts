import { formatMoney, OrchestraProblem, type Orchestra, type UsageEvent } from '@mcp-orchestra/sdk'
import { formatMs } from '../duration.ts'
import type { Style } from '../style.ts'
import { showBooks } from './books.ts'
import { announcedPrice, callPaidTool, PAID_SERVER, PAID_TOOL } from './paid-tool.ts'
import { expectThat } from './expectation.ts'
import type { Narrator } from './narrator.ts'
import { usageOf } from './posted-usage.ts'

const TOP_UP_USD = '1'
/** JSON-RPC code of "not enough money" (architecture §10). */
const RPC_INSUFFICIENT_FUNDS = 402_001

/** What the story works with. */
export type StoryDeps = {
  /** With the operator's key. */
  readonly operator: Orchestra
  readonly as: (apiKey: string) => Orchestra
  readonly narrator: Narrator
  readonly style: Style
  readonly monotonicMs: () => number
}

/** How the story ended: for the closing line. */
export type StoryEnd = { readonly firstPaidCallAtMs: number }

/** One paid call, from an empty balance to books that sum to zero; throws when a promise is broken. */
export async function tellStory(deps: StoryDeps): Promise<StoryEnd> {
  const { payer, organizationId } = await foundPayer(deps)
  await beRefused(deps, payer)
  await topUp(deps, payer, organizationId)
  const { event, at } = await payAndCall(deps, payer)
  await showEvent(deps, event)
  await showBooks(deps, event)
  return { firstPaidCallAtMs: at }
}

async function foundPayer(deps: StoryDeps): Promise<{ payer: Orchestra; organizationId: string }> {
  return deps.narrator.step('A new organization, with a key and an empty balance', async (say) => {
    const { organization, secret } = await deps.operator.users.createOrganization({
      name: 'Story payer',
    })
    expectThat(secret !== null, 'a new organization gets a key')
    say(`${organization.name} ${deps.style.dim(organization.id)}`)
    return { payer: deps.as(secret), organizationId: organization.id }
  })
}

async function beRefused({ narrator, style }: StoryDeps, payer: Orchestra): Promise<void> {
  const title = `The challenge: it calls ${PAID_SERVER} / ${PAID_TOOL}, which has a price`
  await narrator.step(title, async (say) => {
    const refusal = await callPaidTool(payer).then(
      () => undefined,
      (error: unknown) => error,
    )
    expectThat(refusal instanceof OrchestraProblem, 'a call without money is refused')
    expectThat(refusal.rpcCode === RPC_INSUFFICIENT_FUNDS, 'the refusal has code 402001')
    const [price, { available }] = await Promise.all([announcedPrice(payer), payer.balance.get()])
    say(`${style.dim('price    ')} ${formatMoney(price)} a call`)
    say(`${style.dim('available')} ${available.display}`)
    say(`${style.bad('refused  ')} ${refusal.rpcCode} ${refusal.code}, before the server saw it`)
  })
}

async function topUp(deps: StoryDeps, payer: Orchestra, organizationId: string): Promise<void> {
  await deps.narrator.step('An operator adds one dollar', async (say) => {
    await deps.operator.balance.topUp(organizationId, TOP_UP_USD, {
      idempotencyKey: `story-${organizationId}`,
    })
    const { available } = await payer.balance.get()
    say(`${deps.style.dim('available')} ${deps.style.good(available.display)}`)
    expectThat(available.display === `${TOP_UP_USD} USD`, 'the dollar is there')
  })
}

async function payAndCall(
  { narrator, style, monotonicMs }: StoryDeps,
  payer: Orchestra,
): Promise<{ event: UsageEvent; at: number }> {
  return narrator.step('The same call: reserve, call the server, commit', async (say) => {
    const { result, receipt } = await callPaidTool(payer)
    const at = monotonicMs()
    const charged = receipt?.charged
    expectThat(receipt !== undefined && charged !== undefined, 'a paid call has a receipt')
    const event = await usageOf(payer, receipt.eventId)
    const leases = await payer.balance.leases().all()
    const lease = leases.find(({ id }) => id === event.leaseId)
    expectThat(lease !== undefined, 'the money was reserved from a lease')
    const held = `${lease.granted.display} that ${lease.gateway} may spend without asking`
    say(`${style.dim('reserved ')} ${event.reserved.display} from a lease of ${held}`)
    say(`${style.dim('upstream ')} ${textOf(result)} ${style.dim(formatMs(event.durationMs))}`)
    say(`${style.dim('committed')} ${style.good(formatMoney(charged))}, on disk before the answer`)
    say(`${style.dim('receipt  ')} ${receipt.eventId}`)
    return { event, at }
  })
}

async function showEvent({ narrator, style }: StoryDeps, event: UsageEvent): Promise<void> {
  await narrator.step('The usage event, shipped from the gateway’s journal', async (say) => {
    expectThat(event.outcome === 'complete', 'the call is complete in the journal')
    expectThat(event.disposition === 'posted', 'it was posted, once')
    say(`${style.dim('journal  ')} record ${event.seq} of ${event.incarnationId}`)
    say(`${style.dim('outcome  ')} ${event.outcome}, ${event.disposition}: ${event.amount.display}`)
  })
}

function textOf(result: Readonly<Record<string, unknown>>): string {
  const [part]: unknown[] = Array.isArray(result['content']) ? result['content'] : []
  const isText = typeof part === 'object' && part !== null && 'text' in part
  return isText ? String(part.text) : JSON.stringify(part)
}
