import { Cancel, type CancelSignal } from '../../cancel.ts'
import { pause } from '../../pause.ts'
import type { Message } from '../../protocol/message.ts'
import { abortReason } from '../../upstream/http/exchange.ts'

/** Answers that are waited for. */
export type Expected = {
  /**
   * All answers, in the order of the questions, or the first refusal alone; undefined when they are not all there
   * within so many milliseconds. Rejects with the signal.
   */
  within(waitMs: number, signal: CancelSignal): Promise<readonly Message[] | undefined>
}

/** The questions that a link has put to its client, by the ids that we gave them. */
export class Asks {
  readonly #waiting = new Map<number, (answer: Message) => void>()

  /** Waits for answers from now on: a client may answer before its question was taken by all on the way. */
  expect(ids: readonly number[]): Expected {
    const answers = new Map<number, Message>()
    const over = new Cancel()
    for (const id of ids) {
      this.#waiting.set(id, (answer) => {
        answers.set(id, answer)
        // One refusal ends the call: nobody waits for the others.
        if (answer.isError || answers.size === ids.length) over.abort(undefined)
      })
    }
    return {
      within: async (waitMs, signal) => {
        const release = over.follow(signal)
        if (ids.length > 0) await pause(waitMs, over.signal)
        release()
        for (const id of ids) this.#waiting.delete(id)
        if (signal.aborted) throw abortReason(signal)
        const refused = [...answers.values()].find(({ isError }) => isError)
        if (refused !== undefined) return [refused]
        return answers.size < ids.length ? undefined : ids.flatMap((id) => answers.get(id) ?? [])
      },
    }
  }

  /** Takes the client's answer to one question; late and foreign ones are nobody's. */
  answer(message: Message): void {
    this.#waiting.get(Number(message.idText))?.(message)
  }
}
