import type { Instant } from '@mcp-orchestra/kernel'
import type { DiskCopy, SavedSnapshot } from './disk-copy.ts'

/** A burst of changes (a seed, an import) is written once. */
const SAVE_DEBOUNCE_MS = 200
/** The saved time may be this much older than the truth: it only shortens what a restart may serve. */
const HEARD_EVERY_MS = 5_000

/** What is to be kept, asked for when a save is due. */
export type CopySource = {
  /** The whole snapshot; undefined while nothing was heard yet. */
  snapshot(): SavedSnapshot | undefined
  /** When the control plane was last heard, by wall time; undefined while it is away. */
  heard(): { readonly version: number; readonly heardAt: Instant } | undefined
}

/** Keeps the copy on disk close behind the replica, off the path of any call. */
export interface CopyKeeper {
  changed(): void
  /** Writes what is due and stops. */
  stop(): Promise<void>
}

/** Saves after changes (debounced) and renews the time every few seconds; failures are told, never thrown. */
export function startCopyKeeper(
  copy: DiskCopy,
  source: CopySource,
  onFailed: (cause: unknown) => void,
): CopyKeeper {
  let dirty = false
  let savedVersion = -1
  let writing: Promise<void> = Promise.resolve()
  let debounce: NodeJS.Timeout | undefined

  const queue = (write: () => Promise<void>): Promise<void> => {
    writing = writing.then(write).catch(onFailed)
    return writing
  }
  const saveIfDirty = async (): Promise<void> => {
    const snapshot = dirty ? source.snapshot() : undefined
    if (snapshot === undefined) return
    dirty = false
    await copy.save(snapshot)
    savedVersion = snapshot.version
  }
  const renew = async (): Promise<void> => {
    const heard = source.heard()
    if (heard !== undefined && heard.version === savedVersion) {
      await copy.saveHeard(heard.version, heard.heardAt)
    }
  }

  const timer = setInterval(() => void queue(renew), HEARD_EVERY_MS)
  timer.unref()
  return {
    changed() {
      dirty = true
      debounce ??= setTimeout(() => {
        debounce = undefined
        void queue(saveIfDirty)
      }, SAVE_DEBOUNCE_MS)
      debounce.unref()
    },
    async stop() {
      clearInterval(timer)
      clearTimeout(debounce)
      await queue(saveIfDirty)
      await queue(renew)
    },
  }
}
