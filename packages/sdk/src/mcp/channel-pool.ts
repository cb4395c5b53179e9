import type { Deadline } from '../deadline.ts'
import type { Channel } from './channel.ts'
import { OrchestraProblem, sdkProblem } from '../problem.ts'
import { SessionGone } from './legacy-channel.ts'

/** Opens the channel to a server, or to the aggregated endpoint when the alias is undefined. */
export type OpenChannel = (alias: string | undefined, deadline: Deadline) => Promise<Channel>

/** A connection that was lost while a channel was opened: the call itself was not sent, so it may go again. */
function nothingSent(error: unknown): unknown {
  if (!(error instanceof OrchestraProblem) || error.code !== 'sdk.connection_lost') return error
  return sdkProblem('sdk.unreachable', { cause: error })
}

/** Channels by server: opened on first use, opened again when the gateway forgot the session. */
export class ChannelPool {
  readonly #open: OpenChannel
  readonly #channels = new Map<string, Promise<Channel>>()

  constructor(open: OpenChannel) {
    this.#open = open
  }

  /** Runs work on the channel; a forgotten session is opened again, once: the request was not taken. */
  async use<T>(
    alias: string | undefined,
    deadline: Deadline,
    work: (channel: Channel) => Promise<T>,
  ): Promise<T> {
    try {
      return await work(await this.#channel(alias, deadline))
    } catch (error) {
      if (!(error instanceof SessionGone)) throw error
      this.#channels.delete(alias ?? '')
    }
    try {
      return await work(await this.#channel(alias, deadline))
    } catch (error) {
      throw error instanceof SessionGone ? error.problem : error
    }
  }

  /** Ends all sessions. */
  async close(): Promise<void> {
    const channels = await Promise.allSettled(this.#channels.values())
    this.#channels.clear()
    const opened = channels.filter((outcome) => outcome.status === 'fulfilled')
    await Promise.all(opened.map(({ value }) => value.close()))
  }

  #channel(alias: string | undefined, deadline: Deadline): Promise<Channel> {
    const name = alias ?? ''
    const known = this.#channels.get(name)
    if (known !== undefined) return known
    const opening = this.#open(alias, deadline).catch((error: unknown) => {
      throw nothingSent(error)
    })
    this.#channels.set(name, opening)
    opening.catch(() => this.#channels.delete(name))
    return opening
  }
}
