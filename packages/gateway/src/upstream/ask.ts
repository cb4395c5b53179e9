import type { CancelSignal } from '../cancel.ts'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'

/** An upstream's answer: the exact JSON text of `result` or of `error`. */
export type Answer =
  | { readonly kind: 'result'; readonly text: string }
  | { readonly kind: 'error'; readonly text: string }

/** What may accompany a question. */
export type AskOptions = {
  /** JSON text of `params`; the modern envelope (`_meta` version and capabilities) is added when absent. */
  readonly paramsText?: string
  readonly signal?: CancelSignal
  /** Told of each notification that belongs to this request, as whole JSON-RPC text with the asker's progress token. */
  readonly onNotification?: (text: string) => void
  /** No deadline: for `subscriptions/listen`. */
  readonly open?: boolean
}

/**
 * Puts a request of the gateway's own to a server in a caller's name. Rejects with a Problem when the
 * server cannot be reached, times out or answers garbage. Never charged: lists and discovery only.
 */
export type Ask = (server: ServerEntity, method: string, options?: AskOptions) => Promise<Answer>
