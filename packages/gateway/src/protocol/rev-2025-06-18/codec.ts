import type { Codec } from '../codec.ts'
import { outcomeByError, refuseOtherVersion, versionHeader } from '../legacy-rules.ts'

/** MCP 2025-06-18: the version header after `initialize`, batches gone, structured results, elicitation. */
export const rev20250618: Codec = {
  era: 'legacy',
  revision: '2025-06-18',
  closeCancels: false,
  takesBatches: false,
  primesStreams: false,
  check: (message, headers) => refuseOtherVersion('2025-06-18', message.method, headers),
  headersFor: versionHeader,
  outcomeOf: outcomeByError,
  statusOf: () => 200,
}
