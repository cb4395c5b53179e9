import type { Deadline } from '../deadline.ts'
import { OrchestraProblem } from '../problem.ts'
import type { Channel } from './channel.ts'
import type { Endpoint } from './exchange.ts'
import { openLegacyChannel, saysLegacy } from './legacy-channel.ts'
import { createModernChannel } from './modern-channel.ts'

/** Which era to speak; `auto` asks for the modern one first and falls back (MCP 2026-07-28, era detection). */
export type EraChoice = 'auto' | 'legacy' | 'modern'

/**
 * Opens a channel to an endpoint in the era that it speaks. With `auto`, `expected` is what it spoke when the
 * platform last looked: it saves the question, and is not believed when it fails.
 */
export async function openChannel(
  endpoint: Endpoint,
  era: EraChoice,
  deadline: Deadline,
  expected?: Channel['era'],
): Promise<Channel> {
  if (era === 'legacy') return openLegacyChannel(endpoint, deadline)
  if (era === 'auto' && expected === 'legacy') {
    try {
      return await openLegacyChannel(endpoint, deadline)
    } catch (error) {
      if (!(error instanceof OrchestraProblem) || !mayBeModern(error)) throw error
    }
  }
  const probe = createModernChannel(endpoint, {})
  try {
    const { result } = await probe.request({ method: 'server/discover', params: {}, deadline })
    return createModernChannel(endpoint, result)
  } catch (error) {
    if (
      era === 'auto' &&
      expected !== 'legacy' &&
      error instanceof OrchestraProblem &&
      saysLegacy(error)
    ) {
      return openLegacyChannel(endpoint, deadline)
    }
    throw error
  }
}

/** Whether a refused `initialize` may only mean that the server has moved on: neither right, rate nor weather. */
function mayBeModern({ status }: OrchestraProblem): boolean {
  return status >= 400 && status < 500 && status !== 401 && status !== 403 && status !== 429
}
