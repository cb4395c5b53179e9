import { createOrchestra, type Orchestra } from '@mcp-orchestra/sdk'

/** A running platform, as an example sees it. */
export type Platform = {
  /** With the operator's key. */
  readonly operator: Orchestra
  /** The same platform, asked with another key; `fetch` stands in for the network. */
  connect(apiKey: string, options?: { fetch?: typeof fetch }): Orchestra
}

/** Connects to a platform; the addresses and the key are what `npm start` prints. */
export function connectTo(platform: { controlPlane: string; operatorKey: string }): Platform {
  const connect: Platform['connect'] = (apiKey, options = {}) =>
    createOrchestra({ baseUrl: platform.controlPlane, apiKey, ...options })
  return { operator: connect(platform.operatorKey), connect }
}

/** Reads the address and the operator's key from the environment, for running an example by hand. */
export function fromEnvironment(): Platform {
  const operatorKey = process.env['ORCHESTRA_API_KEY']
  if (operatorKey === undefined) {
    throw new Error('Set ORCHESTRA_API_KEY to the operator key (.orchestra/secrets/operator-key).')
  }
  const controlPlane = process.env['ORCHESTRA_URL'] ?? 'http://127.0.0.1:7300'
  return connectTo({ controlPlane, operatorKey })
}

/** A new organization with a key, and money if it is to pay. */
export async function foundOrganization(
  { operator, connect }: Platform,
  name: string,
  balanceUsd?: string,
): Promise<{ id: string; apiKey: string; client: Orchestra }> {
  const { organization, secret } = await operator.users.createOrganization({ name })
  if (secret === null) throw new Error('a new organization comes with its first key')
  if (balanceUsd !== undefined) {
    const idempotencyKey = `example-${organization.id}`
    await operator.balance.topUp(organization.id, balanceUsd, { idempotencyKey })
  }
  return { id: organization.id, apiKey: secret, client: connect(secret) }
}
