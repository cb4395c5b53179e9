import type { Clock } from '@mcp-orchestra/kernel'
import { createGcra, type Rate } from './gcra.ts'

/** Documents of one organization: each may take a second of the processor; people try a few in a row. */
const COMPILE_RATE: Rate = { perMinute: 20, burst: 10 }

/** How long an organization has to wait before the next document is compiled, in milliseconds. */
export function createCompilePace(clock: Clock): (organizationId: string) => number {
  const gcra = createGcra(clock)
  return (organizationId) => gcra.take(organizationId, COMPILE_RATE)
}
