import type { MCPResponse, Orchestra, WireMoney } from '@mcp-orchestra/sdk'
import { expectThat } from './expectation.ts'

/** The paid tool that the story calls: the official everything server over HTTP. */
export const PAID_SERVER = 'everything'
export const PAID_TOOL = 'echo'

/** Calls it. */
export function callPaidTool(payer: Orchestra): Promise<MCPResponse> {
  const input = { message: 'paid, and proud of it' }
  return payer.hub.routeRequest({
    server: PAID_SERVER,
    params: { name: PAID_TOOL, arguments: input },
  })
}

/** Its price, as the list of tools announces it in `_meta` (architecture §10). */
export async function announcedPrice(payer: Orchestra): Promise<WireMoney> {
  const { result } = await payer.hub.routeRequest({ server: PAID_SERVER, method: 'tools/list' })
  const tools = (result['tools'] ?? []) as {
    name: string
    _meta?: { 'io.mcp-orchestra/price'?: WireMoney }
  }[]
  const price = tools.find(({ name }) => name === PAID_TOOL)?._meta?.['io.mcp-orchestra/price']
  expectThat(price !== undefined, 'the list announces the price')
  return price
}
