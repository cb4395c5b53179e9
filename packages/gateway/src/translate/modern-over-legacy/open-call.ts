import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { CallerIdentity } from '../../authorize/caller.ts'
import type { CancelSignal } from '../../cancel.ts'
import type { Message } from '../../protocol/message.ts'
import type { UpstreamLink } from '../../upstream/upstream.ts'
import type { ClientWords } from './client-words.ts'

/** A call that is open on a session, as far as the session has to know it. */
export interface OpenCall {
  /** Whether its client can be asked something. */
  readonly mayAsk: boolean
  /** The least severe message that its client wants to hear now. */
  readonly severityMin: number | undefined
  take(message: Message): Promise<void> | undefined
  offer(message: Message): void
  withdraw(message: Message): boolean
  finish(reason?: Error): void
}

/** A session as those see it who are open on it. */
export interface CallSession {
  readonly caller: CallerIdentity
  readonly server: ServerEntity
  readonly words: ClientWords
  readonly link: UpstreamLink
  readonly calls: Map<number, OpenCall>
  /** Aborted when the session ends. */
  readonly ended: CancelSignal
  mintId(): number
  /** Sends a response or a notification; never rejects. */
  tell(text: string, method?: string): Promise<void>
  cancel(id: number): Promise<void>
  fromCall(call: OpenCall, message: Message): Promise<void> | undefined
}

/** What waits for a client, and is bounded with all that waits. */
export interface Waiting {
  readonly session: Pick<CallSession, 'caller' | 'server'>
  readonly signal: CancelSignal
  finish(reason?: Error): void
}
