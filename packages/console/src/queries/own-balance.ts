import type { OrchestraCore } from '@mcp-orchestra/sdk'
import { queryOptions } from '@tanstack/react-query'

/** Time between two readings of a balance while the page is visible, in ms. */
const BALANCE_EVERY_MS = 5_000

/** What an organization has; absent: the caller's own. */
export const balanceQuery = (
  { balance }: Pick<OrchestraCore, 'balance'>,
  organizationId?: string,
) =>
  queryOptions({
    queryKey: ['balance', organizationId ?? 'own'],
    queryFn: ({ signal }) => balance.get({ signal, ...ownerOf(organizationId) }),
    refetchInterval: BALANCE_EVERY_MS,
  })

function ownerOf(organizationId: string | undefined): { organizationId?: string } {
  return organizationId === undefined ? {} : { organizationId }
}
