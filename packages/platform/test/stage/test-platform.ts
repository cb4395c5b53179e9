import { formatUnits, USD } from '@mcp-orchestra/kernel'
import { createOrchestra, type Orchestra } from '@mcp-orchestra/sdk'
import { startPlatform, type StartedPlatform, type StartOptions } from '../../src/start-platform.ts'
import type { StagedServer } from './staged-server.ts'
import type { KeyedTarget } from './test-relay.ts'

/** What an organization of a test may spend. */
const BALANCE_USD = '100'

/** An organization with money and a key of its own. */
export type Payer = {
  readonly organizationId: string
  readonly apiKey: string
  readonly orchestra: Orchestra
}

/** A whole platform with servers on it, real processes and a real database. */
export type TestPlatform = {
  readonly platform: StartedPlatform
  readonly operator: Orchestra
  /** Who is paid for every server. */
  readonly publisherId: string
  /** Founds an organization with 100 USD. */
  foundPayer(name: string): Promise<Payer>
  /** `/s/<alias>/mcp` with a payer's key. */
  transparent(alias: string, payer: Pick<Payer, 'apiKey'>): KeyedTarget
  /** `/mcp` with a payer's key. */
  aggregated(payer: Pick<Payer, 'apiKey'>): KeyedTarget
  close(): Promise<void>
}

/** Starts a platform and registers the given servers, by alias, with their prices. */
export async function startTestPlatform(
  servers: Readonly<Record<string, StagedServer>>,
  options: Pick<StartOptions, 'gateways' | 'env'> = {},
): Promise<TestPlatform> {
  const platform = await startPlatform(options)
  const baseUrl = platform.urls.controlPlane
  const operator = createOrchestra({ baseUrl, apiKey: platform.apiKey })
  const publisher = await operator.users.createOrganization({ name: 'Publisher' })
  for (const [alias, { era, transport, limits, prices }] of Object.entries(servers)) {
    await operator.hub.registerMCP({
      alias,
      transport,
      protocol: era === 'legacy' ? 'MCP-v1' : 'MCP-v2',
      visibility: 'everyone',
      organizationId: publisher.organization.id,
      ...(limits === undefined ? {} : { limits }),
    })
    for (const [tool, amount] of Object.entries(prices ?? {})) {
      await operator.prices.set(alias, tool, formatUnits(BigInt(amount), USD))
    }
  }
  return {
    platform,
    operator,
    publisherId: publisher.organization.id,
    async foundPayer(name) {
      const { organization, secret } = await operator.users.createOrganization({ name })
      if (secret === null) throw new Error('the organization came without a key')
      await operator.balance.topUp(organization.id, BALANCE_USD, { idempotencyKey: name })
      const orchestra = createOrchestra({ baseUrl, apiKey: secret })
      return { organizationId: organization.id, apiKey: secret, orchestra }
    },
    transparent: (alias, { apiKey }) => ({
      url: `${platform.urls.gateway}/s/${alias}/mcp`,
      apiKey,
    }),
    aggregated: ({ apiKey }) => ({ url: `${platform.urls.gateway}/mcp`, apiKey }),
    close: () => platform.stop(),
  }
}
