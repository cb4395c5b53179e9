import type { Problem } from '@mcp-orchestra/kernel'
import type { Message } from '../../protocol/message.ts'
import type { LongEnd } from './long-message.ts'

/** What comes out of a pipe. */
export type PipeEvents = {
  readonly onMessage: (message: Message) => void
  /** A message over the holding limit has come to its end. */
  readonly onLong: (end: LongEnd) => void
  /** Whether anybody waits for the answer to this request; to any request when it is not known to which. */
  readonly isAwaited: (idText: string | undefined) => boolean
  /** The pipe has ended or was given up; told once. */
  readonly onEnd: (problem: Problem) => void
}

/** One way to a server and back on which all messages share the same line: a child process, or a stream and its POST address. */
export interface Pipe {
  /** Process id, of a process. */
  readonly pid: number | undefined
  /** Writes one message; rejects (or throws) when the server did not take it. */
  write(text: string): Promise<void> | undefined
  /** Stops or goes on reading, so that a slow client slows the server. */
  setPaused(paused: boolean): void
  /** Ends it; resolves when nothing is left of it. */
  stop(): Promise<void>
}
