import type { Codec } from '../codec.ts'
import { outcomeByError, refuseOtherVersion, versionHeader } from '../legacy-rules.ts'

/** MCP 2025-03-26: streamable HTTP, batches, no version header; assumed of a client that names no revision. */
export const rev20250326: Codec = {
  era: 'legacy',
  revision: '2025-03-26',
  closeCancels: false,
  takesBatches: true,
  primesStreams: false,
  check: (message, headers) => refuseOtherVersion('2025-03-26', message.method, headers),
  headersFor: versionHeader,
  outcomeOf: outcomeByError,
  statusOf: () => 200,
}
