import type { Codec } from '../codec.ts'
import { outcomeByError, refuseOtherVersion, versionHeader } from '../legacy-rules.ts'

/** MCP 2025-11-25: streams begin with an empty event and can be polled; URL elicitation, tasks. */
export const rev20251125: Codec = {
  era: 'legacy',
  revision: '2025-11-25',
  closeCancels: false,
  takesBatches: false,
  primesStreams: true,
  check: (message, headers) => refuseOtherVersion('2025-11-25', message.method, headers),
  headersFor: versionHeader,
  outcomeOf: outcomeByError,
  statusOf: () => 200,
}
