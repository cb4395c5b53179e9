import type { Server } from '@mcp-orchestra/sdk'
import { useMay, useMe } from '../../../session/index.ts'

/** Whether the caller may set prices of a server: its owner, and operators. */
export function useMayPrice(server: Server): boolean {
  const { organization, permissions } = useMe()
  const mine = server.organizationId === organization.id || permissions.includes('platform:operate')
  return useMay('prices:write') && mine
}
