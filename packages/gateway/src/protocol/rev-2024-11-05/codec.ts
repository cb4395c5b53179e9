import type { Codec } from '../codec.ts'
import { outcomeByError, refuseOtherVersion, versionHeader } from '../legacy-rules.ts'

/** MCP 2024-11-05: HTTP+SSE and stdio, no version header, no batches; over streamable HTTP only by clients that ask for it. */
export const rev20241105: Codec = {
  era: 'legacy',
  revision: '2024-11-05',
  closeCancels: false,
  takesBatches: false,
  primesStreams: false,
  check: (message, headers) => refuseOtherVersion('2024-11-05', message.method, headers),
  headersFor: versionHeader,
  outcomeOf: outcomeByError,
  statusOf: () => 200,
}
