import type { RefusedHandles } from '../../audit/refused-handles.ts'
import type { HandleCodec } from '../../seal/handle-codec.ts'
import type { RequestState } from '../../seal/request-state.ts'
import type { TaskHandle } from '../../seal/task-handle.ts'
import type { ClientTask } from '../../upstream/task-facts.ts'

/** The sealed handles of modern clients, and who hears of those that are refused. */
export type Handles = {
  /** This gateway's slot: where the rest of a parked call is kept. */
  readonly self: string
  readonly states: HandleCodec<RequestState>
  readonly tasks: HandleCodec<TaskHandle>
  readonly refused: RefusedHandles
}

/** The handle that a request of a modern client carried, opened; the message has the server's own in its place. */
export type CarriedHandle =
  | { readonly kind: 'state'; readonly state: RequestState }
  | { readonly kind: 'task'; readonly task: ClientTask }
  /** Tasks that a listen stream is for; at an aggregate those of several servers, whose own ids may be the same. */
  | { readonly kind: 'tasks'; readonly tasks: readonly ClientTask[] }
