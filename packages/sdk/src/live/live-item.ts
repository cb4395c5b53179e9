import type { UsageEvent } from '../documents.ts'

/** What a live stream of calls says, in order. */
export type LiveItem =
  /** A call that was posted; `cursor` is its place in the stream. */
  | { readonly kind: 'usage'; readonly event: UsageEvent; readonly cursor: string | undefined }
  /** Here are calls missing, because this reader was slower than they came: `usage.list` has them. */
  | { readonly kind: 'dropped'; readonly count: number }
  /** Here an unknown number of calls may be missing, because the connection was lost for long: `usage.list` has them. */
  | { readonly kind: 'gap' }

/** `lost`: it reconnects by itself, after a pause. */
export type LiveState = 'connecting' | 'open' | 'lost'

/** How `usage.live` is followed. */
export type LiveOptions = {
  /** Ends the stream, quietly. */
  readonly signal?: AbortSignal
  /** Told of every change of the connection; when it was lost also why, and when it tries again. */
  readonly onState?: LiveStateListener
}

/** Hears the state of a live stream. */
export type LiveStateListener = (
  state: LiveState,
  detail: { readonly retryInMs?: number; readonly problem?: Error },
) => void
