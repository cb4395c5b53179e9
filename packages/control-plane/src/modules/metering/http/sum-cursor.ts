import { z } from '@hono/zod-openapi'
import { assetId, parseId, type AssetId } from '@mcp-orchestra/kernel'
import type { UsageSum, UsageSumsQuery } from '../ports.ts'
import type { Month } from '../usage-total.ts'

/** Where a page of sums ends. The tool comes last: its name may hold blanks. */
export function writeSumCursor({ month, serverId, asset, tool }: UsageSum): string {
  return [month, serverId, asset, tool].join(' ')
}

/** Where the page before ended; anything else was not given out here. */
export function readSumCursor(cursor: string | undefined): UsageSumsQuery['after'] {
  if (cursor === undefined) return undefined
  const [, month = '', server = '', assetText = '', tool = ''] =
    /^(20\d\d-(?:0[1-9]|1[0-2])) (srv_\S+) (\S+) (.+)$/s.exec(cursor) ?? []
  const serverId = parseId('srv', server)
  const asset = assetOf(assetText)
  if (serverId !== undefined && asset !== undefined) {
    return { month: month as Month, serverId, asset, tool }
  }
  throw new z.ZodRealError([
    { code: 'custom', path: ['cursor'], message: 'is not a cursor of this list', input: cursor },
  ])
}

function assetOf(text: string): AssetId | undefined {
  try {
    return assetId(text)
  } catch {
    // What a caller made up is refused as a cursor, not as an asset.
    return undefined
  }
}
