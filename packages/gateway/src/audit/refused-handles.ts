import type { CallerIdentity } from '../authorize/caller.ts'
import type { HandleFault } from '../seal/handle-codec.ts'

/** What kind of handle was refused, as the audit trail names it. */
export type RefusedAction =
  | 'gateway.session_refused'
  | 'gateway.request_state_refused'
  | 'gateway.task_refused'

/** A handle that was not let in: whose key brought it, to which endpoint, and what was wrong with it. */
export type RefusedHandle = {
  readonly action: RefusedAction
  readonly caller: CallerIdentity
  readonly endpointId: string
  readonly fault: HandleFault
}

/** Told of refused handles; cheap, and never throws. */
export interface RefusedHandles {
  note(refused: RefusedHandle): void
}
