/** What the record module tells whoever watches: each is for a log line and a counter. */
export interface RecordEvents {
  /** The journal's file failed; `isOpen` tells whether a new one took over at once. */
  journalFailed(sentence: string, isOpen: boolean): void
  journalReopened(): void
  /** Records of free calls that found no journal for too long: the one loss that is allowed, never silent. */
  recordsDropped(count: number): void
  /** Shipping stopped and needs a person: a gap, a fence, or damage. */
  shippingStopped(incarnationId: string, sentence: string): void
  /** The control plane did not take a batch; shipping tries again after so long. */
  shippingDelayed(incarnationId: string, sentence: string, retryAfterMs: number): void
}
