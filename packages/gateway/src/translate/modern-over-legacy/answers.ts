import { errorMessage } from '../../protocol/message.ts'
import type { StreamEvent } from '../../protocol/sse/stream-event.ts'
import { SEAL_PROBLEMS } from '../../seal/problems.ts'
import type { ModernRequest } from '../../upstream/modern-upstream.ts'
import type { UpstreamResponse } from '../../upstream/upstream.ts'

/** A whole answer; without a text it has no body. */
export function whole(status: number, text?: string): UpstreamResponse {
  return {
    status,
    sessionId: undefined,
    body: text === undefined ? { kind: 'none', detail: '' } : { kind: 'message', text },
  }
}

/** An answer that is a stream. */
export function streamed(events: AsyncIterable<StreamEvent>): UpstreamResponse {
  return { status: 200, sessionId: undefined, body: { kind: 'events', native: false, events } }
}

/** A JSON-RPC error of the modern era. */
export type Refusal = {
  readonly status: number
  readonly code: number
  readonly sentence: string
  readonly dataText?: string
}

const { status, rpcCode: code, title: sentence } = SEAL_PROBLEMS['seal.state_refused']
/** For a `requestState` that stands for no call: the same as for one that is sealed and does not open. */
export const STATE_REFUSED: Refusal = { status, code, sentence }

/** An error response of ours to a request. */
export function refused(
  request: ModernRequest,
  { status, code, sentence, dataText }: Refusal,
): UpstreamResponse {
  return whole(status, errorMessage(String(request.id ?? 'null'), code, sentence, dataText))
}
