import { isInsideAddress } from '@mcp-orchestra/api/address'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'

/** Whether the gateway may connect to an address for a server. */
export type AddressPolicy = (address: string, server: ServerEntity) => boolean

/**
 * Operators may register servers anywhere; a server that somebody else registered is reached on the open
 * internet only, whatever its name resolves to at the moment of connecting (identity §8, SSRF).
 */
export const allowByReach: AddressPolicy = (address, server) =>
  server.reach === 'anywhere' || !isInsideAddress(address)
