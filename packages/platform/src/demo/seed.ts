import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createOrchestra, OrchestraProblem, type Orchestra, type Server } from '@mcp-orchestra/sdk'
import { writeFileDurably } from '../data/durable-file.ts'
import { readSecret } from '../data/secrets.ts'
import type { DemoServer } from './demo-servers.ts'

/** What the payer of the demo begins with, and may spend a day: enough for thousands of calls. */
const BALANCE_USD = '10'
const DAILY_CAP_USD = '5'

/** What the operator's own organization begins with: enough for the first calls in the console. */
const OPERATOR_BALANCE_USD = '1'

/** The demo as it is after seeding. */
export type SeededDemo = {
  readonly payer: { readonly organizationId: string; readonly apiKey: string }
  readonly publisherId: string
  /** For people: `9.999 USD`. */
  readonly balance: string
  /** Aliases. */
  readonly servers: readonly string[]
}

/** What seeding works with. */
export type Seeding = {
  readonly baseUrl: string
  readonly operatorKey: string
  /** Folder of the keys that it makes. */
  readonly secrets: string
  readonly servers: readonly DemoServer[]
}

/**
 * Seeds the demo through the public API, as any operator could. Each step looks before it does, so that a
 * second start changes nothing, and one that was cut off goes on where it was.
 */
export async function seedDemo(seeding: Seeding): Promise<SeededDemo> {
  const operator = createOrchestra({ baseUrl: seeding.baseUrl, apiKey: seeding.operatorKey })
  const publisher = await ensureOrganization(seeding, operator, 'Demo publisher')
  const payer = await ensureOrganization(seeding, operator, 'Demo payer')
  const asPublisher = createOrchestra({ baseUrl: seeding.baseUrl, apiKey: publisher.apiKey })
  const servers = await Promise.all(
    seeding.servers.map(async (wanted) => {
      const server = await ensureServer(operator, publisher.organizationId, wanted)
      await ensurePrices(asPublisher, server, wanted.prices)
      return server
    }),
  )
  const asPayer = createOrchestra({ baseUrl: seeding.baseUrl, apiKey: payer.apiKey })
  await operator.balance.topUp(payer.organizationId, BALANCE_USD, {
    idempotencyKey: `demo-balance-${payer.organizationId}`,
  })
  const { organization } = await operator.users.me()
  await operator.balance.topUp(organization.id, OPERATOR_BALANCE_USD, {
    idempotencyKey: `demo-balance-${organization.id}`,
  })
  if ((await asPayer.caps.list().page()).items.length === 0) {
    await asPayer.caps.create({ window: 'day', usd: DAILY_CAP_USD })
  }
  const { available } = await asPayer.balance.get()
  return {
    payer,
    publisherId: publisher.organizationId,
    balance: available.display,
    servers: servers.map(({ alias }) => alias),
  }
}

type Party = { readonly organizationId: string; readonly apiKey: string }

/** The organization whose key lies in the secrets; a new one when there is no key that works. */
async function ensureOrganization(
  { baseUrl, secrets }: Seeding,
  operator: Orchestra,
  name: string,
): Promise<Party> {
  const file = join(secrets, `${name.toLowerCase().replaceAll(' ', '-')}-key`)
  const known = existsSync(file) ? readSecret(file) : undefined
  if (known !== undefined) {
    const organizationId = await organizationOf(baseUrl, known)
    if (organizationId !== undefined) return { organizationId, apiKey: known }
  }
  const { organization, secret } = await operator.users.createOrganization({ name })
  if (secret === null) throw new Error('a new organization came without its key')
  writeFileDurably(file, `${secret}\n`)
  return { organizationId: organization.id, apiKey: secret }
}

async function organizationOf(baseUrl: string, apiKey: string): Promise<string | undefined> {
  try {
    const me = await createOrchestra({ baseUrl, apiKey }).users.me()
    return me.organization.id
  } catch (error) {
    if (error instanceof OrchestraProblem && error.status === 401) return undefined
    throw error
  }
}

/** Registers a server, again when it moved (another port, another checkout): operators may name programs. */
async function ensureServer(
  operator: Orchestra,
  organizationId: string,
  { config }: DemoServer,
): Promise<Server> {
  let server = await findServer(operator, config.alias)
  if (server !== undefined && !isSame(server, { organizationId, transport: config.transport })) {
    await operator.hub.removeServer(server.id)
    server = undefined
  }
  if (server === undefined) {
    await operator.hub.registerMCP({ ...config, organizationId, visibility: 'everyone' })
    server = await operator.hub.getServer(config.alias)
  }
  return server
}

/** Sets the prices that are missing; one that was changed since stays as it is. */
async function ensurePrices(
  publisher: Orchestra,
  server: Server,
  prices: DemoServer['prices'],
): Promise<void> {
  const priced = new Set((await publisher.prices.list(server.id).all()).map(({ tool }) => tool))
  for (const [tool, usd] of Object.entries(prices)) {
    if (!priced.has(tool)) await publisher.prices.set(server.id, tool, usd)
  }
}

async function findServer(operator: Orchestra, alias: string): Promise<Server | undefined> {
  try {
    return await operator.hub.getServer(alias)
  } catch (error) {
    if (error instanceof OrchestraProblem && error.status === 404) return undefined
    throw error
  }
}

/** Whether a server is reached as the demo would reach it; values that are secret are not compared. */
function isSame(
  server: Server,
  wanted: { organizationId: string; transport: DemoServer['config']['transport'] },
): boolean {
  const { transport } = wanted
  const found = server.transport
  if (server.organizationId !== wanted.organizationId || found === null) return false
  if (transport.kind === 'http') return found.kind === 'http' && found.url === transport.url
  if (transport.kind === 'openapi') return found.kind === 'openapi'
  return (
    found.kind === 'stdio' &&
    found.command === transport.command &&
    JSON.stringify(found.args) === JSON.stringify(transport.args ?? [])
  )
}
