import type { ServerEntity } from '@mcp-orchestra/api/snapshot'

/**
 * Whether the gateway may connect to an address for a server. All servers are registered by an operator
 * of this installation today, and the demo's live on loopback, so the default allows what they named.
 * A deployment where strangers register servers passes a stricter one.
 */
export type AddressPolicy = (address: string, server: ServerEntity) => boolean

/** Allows every address that a registered server names or resolves to. */
export const allowConfigured: AddressPolicy = () => true
