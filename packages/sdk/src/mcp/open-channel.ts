import type { Deadline } from '../deadline.ts'
import { OrchestraProblem } from '../problem.ts'
import type { Channel } from './channel.ts'
import type { Endpoint } from './exchange.ts'
import { openLegacyChannel, saysLegacy } from './legacy-channel.ts'
import { createModernChannel } from './modern-channel.ts'

/** Which era to speak; `auto` asks for the modern one first and falls back (MCP 2026-07-28, era detection). */
export type EraChoice = 'auto' | 'legacy' | 'modern'

/** Opens a channel to an endpoint in the era that it speaks. */
export async function openChannel(
  endpoint: Endpoint,
  era: EraChoice,
  deadline: Deadline,
): Promise<Channel> {
  if (era === 'legacy') return openLegacyChannel(endpoint, deadline)
  const probe = createModernChannel(endpoint, {})
  try {
    const server = await probe.request({ method: 'server/discover', params: {}, deadline })
    return createModernChannel(endpoint, server)
  } catch (error) {
    if (era === 'auto' && error instanceof OrchestraProblem && saysLegacy(error)) {
      return openLegacyChannel(endpoint, deadline)
    }
    throw error
  }
}
