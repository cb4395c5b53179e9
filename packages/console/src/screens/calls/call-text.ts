import type { UsageEvent } from '@mcp-orchestra/sdk'
import type { Names } from '../../queries/names.ts'

/** Calls that hold a text in what their row shows or in one of their ids, whatever the case. */
export function callsWithText(
  calls: readonly UsageEvent[],
  text: string | undefined,
  names: Pick<Names, 'server' | 'key'>,
): readonly UsageEvent[] {
  const wanted = text?.trim().toLowerCase() ?? ''
  if (wanted === '') return calls
  return calls.filter((call) => {
    const server = names.server(call.serverId)
    return [
      call.tool,
      call.id,
      call.serverId,
      server?.alias,
      server?.name,
      call.keyId,
      names.key(call.keyId),
      call.transferId,
      call.amount.display,
    ].some((part) => part?.toLowerCase().includes(wanted) === true)
  })
}
