import type { Api } from './api.ts'
import type { CallOptions } from './deadline.ts'
import type { CallDecision } from './documents.ts'

/** `orchestra.decisions`: why a call cost what it did. */
export type Decisions = {
  /** Of one call, by its usage event: who, what budget, which price, how much of what, who gets what, by which rule. */
  get(eventId: string, options?: CallOptions): Promise<CallDecision>
}

/** Makes `orchestra.decisions`. */
export function createDecisions(api: Api): Decisions {
  return {
    get: (id, options) =>
      api.send(options, (client, signal) =>
        client.GET('/v1/usage/{id}/decision', { params: { path: { id } }, signal }),
      ),
  }
}
