import { createOrchestra, type Orchestra } from '@mcp-orchestra/sdk'
import type { MoneyPlane } from './control-plane.ts'

/** What one event costs, in US dollars. */
export const EVENT_PRICE_USD = '0.000001'
/** What the payer begins with, in US dollars: more than any run spends. */
export const MARKET_BALANCE_USD = '1000'
/** The tool that is bought. */
export const EVENT_TOOL = 'paid_echo'

/** Who pays whom for what, as events name them. */
export type Market = {
  readonly payerId: string
  readonly keyId: string
  readonly publisherId: string
  readonly serverId: string
  readonly priceId: string
  readonly feeBps: number
  /** Atomic units. */
  readonly price: bigint
  readonly payer: Orchestra
}

/** Founds a payer with money and a publisher with a priced tool, through the public API. */
export async function openMarket({ url, operator }: MoneyPlane): Promise<Market> {
  const publisher = await operator.users.createOrganization({ name: 'Publisher' })
  const founded = await operator.users.createOrganization({ name: 'Payer' })
  if (founded.secret === null) throw new Error('the organization came without a key')
  const payer = createOrchestra({ baseUrl: url, apiKey: founded.secret })
  const payerId = founded.organization.id
  await operator.balance.topUp(payerId, MARKET_BALANCE_USD, { idempotencyKey: 'bench' })
  await operator.hub.registerMCP({
    alias: 'bench',
    // Never reached: the events of this bench come from a loader.
    transport: { kind: 'http', url: 'http://127.0.0.1:9/mcp' },
    protocol: 'MCP-v2',
    visibility: 'everyone',
    organizationId: publisher.organization.id,
  })
  const server = await operator.hub.getServer('bench')
  const { price } = await operator.prices.set(server.id, EVENT_TOOL, EVENT_PRICE_USD)
  const { key } = await payer.users.issueAPIKey('organization', ['tools:call'], { name: 'bench' })
  return {
    payerId,
    keyId: key.id,
    publisherId: publisher.organization.id,
    serverId: server.id,
    priceId: price.id,
    feeBps: price.feeBps,
    price: BigInt(price.price.amount),
    payer,
  }
}
