/** Headers of an answer: by name, or names and values in turn, as `ServerResponse.writeHead` takes them. */
export type AnswerHeaders = Readonly<Record<string, string>> | (string | number)[]

/** What a reply needs of the answer it writes: node's `ServerResponse` is one, {@link RawAnswer} the other. */
export interface Answer {
  /** Whether status and headers are fixed. */
  readonly headersSent: boolean
  readonly writableEnded: boolean
  /** Whether all of it has been handed to the operating system. */
  readonly writableFinished: boolean
  readonly writableNeedDrain: boolean
  readonly destroyed: boolean
  writeHead(status: number, headers: AnswerHeaders): unknown
  flushHeaders(): void
  /** False: wait for 'drain' before more is written. */
  write(chunk: string | Uint8Array): boolean
  end(text?: string): unknown
  /** Breaks the connection. */
  destroy(): unknown
  on(event: AnswerEvent, listener: () => void): unknown
  off(event: AnswerEvent, listener: () => void): unknown
}

/** 'close' comes once, after the end or when the client has left. */
export type AnswerEvent = 'close' | 'drain' | 'error'
