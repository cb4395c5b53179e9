import type { Note } from './session-notes.ts'
import { Subscriptions } from './subscriptions.ts'

/** Notes of one session; beyond it the session is bound to its process, so that a client that goes back and forth fills no disk. */
const NOTES_MAX = 2_000

/** What a session has set at its servers: repeated to a server that is started anew, and noted for the next process. */
export class SessionState {
  readonly subscriptions = new Subscriptions()
  #level: string | undefined
  #isBound = false
  #notes = 0
  #write: (note: Note) => void = () => undefined

  /** The level that was set last; undefined when none was. */
  get level(): string | undefined {
    return this.#level
  }

  /** Whether some of the session cannot be rebuilt after this process. */
  get isBound(): boolean {
    return this.#isBound
  }

  /** Goes on with what an earlier process noted. */
  restore(notes: readonly Note[]): void {
    for (const note of notes) this.#apply(note)
    this.#notes = notes.length
  }

  /** Has noted what comes from now on. */
  noteTo(write: (note: Note) => void): void {
    this.#write = write
  }

  setLevel(level: string): void {
    if (level !== this.#level) this.#note({ kind: 'level', level })
  }

  subscribed(serverId: string, uri: string): void {
    const isNew = !this.subscriptions.at(serverId).includes(uri)
    const note: Note = { kind: 'subscribed', serverId, uri }
    // Once more is newer too, but nothing that another process would have to know.
    if (isNew) this.#note(note)
    else this.#apply(note)
  }

  unsubscribed(serverId: string, uri: string): void {
    if (this.subscriptions.at(serverId).includes(uri))
      this.#note({ kind: 'unsubscribed', serverId, uri })
  }

  /** A server was called whose state of the session ends with this process. */
  bind(): void {
    if (!this.#isBound) this.#note({ kind: 'bound' })
  }

  #note(note: Note): void {
    this.#apply(note)
    this.#notes += 1
    if (this.#notes < NOTES_MAX) this.#write(note)
    else if (this.#notes === NOTES_MAX) {
      this.#isBound = true
      this.#write({ kind: 'bound' })
    }
  }

  #apply(note: Note): void {
    switch (note.kind) {
      case 'level':
        this.#level = note.level
        return
      case 'subscribed':
        return this.subscriptions.add(note.serverId, note.uri)
      case 'unsubscribed':
        return this.subscriptions.remove(note.serverId, note.uri)
      case 'bound':
        this.#isBound = true
    }
  }
}
