import { formatMoney, OrchestraProblem, type MCPResponse, type Orchestra } from '@mcp-orchestra/sdk'
import { tableLines } from '../output.ts'
import type { Style } from '../style.ts'
import { expectThat } from './expectation.ts'
import type { Narrator } from './narrator.ts'
import { usageOf } from './posted-usage.ts'

/** The paid tool that the story calls. */
const SERVER = 'everything'
const TOOL = 'echo'
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
  const { narrator, style, operator } = deps
  const { payer, organizationId } = await foundPayer(deps)
  await beRefused(deps, payer)
  await narrator.step('An operator adds one dollar', async (say) => {
    await operator.balance.topUp(organizationId, TOP_UP_USD, {
      idempotencyKey: `story-${organizationId}`,
    })
    const { available } = await payer.balance.get()
    say(`available ${style.good(available.display)}`)
    expectThat(available.display === `${TOP_UP_USD} USD`, 'the dollar is there')
  })
  const paid = await payAndCall(deps, payer)
  const firstPaidCallAtMs = deps.monotonicMs()
  await showUsage(deps, payer, paid)
  await showBooks(deps, paid)
  return { firstPaidCallAtMs }
}

async function foundPayer(deps: StoryDeps): Promise<{ payer: Orchestra; organizationId: string }> {
  return deps.narrator.step('A new organization, with a key and an empty balance', async (say) => {
    const founded = await deps.operator.users.createOrganization({ name: 'Story payer' })
    expectThat(founded.secret !== null, 'a new organization gets a key')
    const payer = deps.as(founded.secret)
    const { available } = await payer.balance.get()
    say(`${founded.organization.name} ${deps.style.dim(founded.organization.id)}`)
    say(`available ${available.display}`)
    return { payer, organizationId: founded.organization.id }
  })
}

function call(payer: Orchestra): Promise<MCPResponse> {
  return payer.hub.routeRequest({
    server: SERVER,
    params: { name: TOOL, arguments: { message: 'paid, and proud of it' } },
  })
}

async function beRefused({ narrator, style }: StoryDeps, payer: Orchestra): Promise<void> {
  const title = `The challenge: it calls ${SERVER} / ${TOOL}, which is not free`
  await narrator.step(title, async (say) => {
    const refusal = await call(payer).then(
      () => undefined,
      (error: unknown) => error,
    )
    expectThat(refusal instanceof OrchestraProblem, 'a call without money is refused')
    expectThat(refusal.rpcCode === RPC_INSUFFICIENT_FUNDS, 'the refusal has code 402001')
    say(`${style.bad('refused')} before the server saw it: ${refusal.rpcCode} ${refusal.code}`)
    say(style.dim(refusal.detail ?? refusal.title))
    for (const [name, value] of Object.entries(refusal.members)) {
      if (isMoney(value)) say(style.dim(`${name}: ${formatMoney(value)}`))
    }
  })
}

async function payAndCall({ narrator, style }: StoryDeps, payer: Orchestra): Promise<MCPResponse> {
  const title = 'The same call: price, reservation from a lease, upstream, commit, receipt'
  return narrator.step(title, async (say) => {
    const response = await call(payer)
    const { result, receipt } = response
    const charged = receipt?.charged
    expectThat(receipt !== undefined && charged !== undefined, 'a paid call has a receipt')
    const [content] = Array.isArray(result['content']) ? result['content'] : []
    say(`${style.dim('result ')} ${String((content as { text?: unknown } | undefined)?.text)}`)
    say(`${style.dim('receipt')} ${style.good(formatMoney(charged))} for ${receipt.eventId}`)
    const [lease] = (await payer.balance.leases().page()).items
    expectThat(lease !== undefined, 'the money came from a lease')
    say(`${style.dim('lease  ')} ${lease.id}: ${formatMoney(lease.granted)} at ${lease.gateway}`)
    return response
  })
}

async function showUsage(deps: StoryDeps, payer: Orchestra, paid: MCPResponse): Promise<void> {
  await deps.narrator.step('The usage event, shipped from the gateway’s journal', async (say) => {
    const event = await usageOf(payer, paid.receipt?.eventId ?? '')
    say(`${event.tool}: ${event.outcome}, ${event.amount.display}, ${event.durationMs} ms upstream`)
    say(deps.style.dim(`${event.id} at ${event.at}`))
    expectThat(event.outcome === 'complete', 'the call is complete in the journal')
  })
}

async function showBooks(
  { narrator, operator, style }: StoryDeps,
  paid: MCPResponse,
): Promise<void> {
  await narrator.step('Its postings: every debit has its credit', async (say) => {
    const usageEvent = paid.receipt?.eventId ?? ''
    const transfers = await operator.ledger.transfers({ usageEvent }).all()
    expectThat(transfers.length >= 2, 'the publisher and the platform were both credited')
    const rows = transfers.map(({ debit, credit, display }) => [debit, credit, display])
    for (const line of tableLines(['DEBIT', 'CREDIT', 'AMOUNT'], rows, style)) say(line)
  })
  await narrator.step('The whole ledger', async (say) => {
    const { accounts, sums, balanced } = await operator.ledger.trialBalance()
    const rows = accounts.map(({ name, asset, debits, credits, display }) => [
      name,
      formatMoney({ amount: debits, asset }),
      formatMoney({ amount: credits, asset }),
      display,
    ])
    const columns = ['ACCOUNT', 'DEBITS', 'CREDITS', 'BALANCE']
    for (const line of tableLines(columns, rows, style)) say(line)
    for (const { asset, difference } of sums) {
      say(style.bold(`sum of all ${asset} balances: ${difference}`))
      expectThat(difference === '0', 'the books sum to zero')
    }
    expectThat(balanced && sums.length > 0, 'every balance is what its transfers say')
  })
}

function isMoney(value: unknown): value is { amount: string; asset: string } {
  return typeof value === 'object' && value !== null && 'amount' in value && 'asset' in value
}
