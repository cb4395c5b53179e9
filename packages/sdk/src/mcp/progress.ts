import type { MessageListener } from './exchange.ts'

/** How far a request is, in the server's own measure (MCP 2025-11-25, progress). */
export type Progress = {
  readonly progress: number
  readonly total?: number
  readonly message?: string
}

/** Hears progress in order, as it arrives. */
export type ProgressListener = (progress: Progress) => void

/** A listener that tells the progress of one request by its token, and passes every message on. */
export function progressFrom(
  token: unknown,
  onProgress: ProgressListener | undefined,
  onMessage: MessageListener | undefined,
): MessageListener {
  return (message) => {
    onMessage?.(message)
    const { method, params } = message
    if (method !== 'notifications/progress' || params === undefined) return
    if (params['progressToken'] !== token) return
    const { progress, total, message: sentence } = params
    if (typeof progress !== 'number') return
    onProgress?.({
      progress,
      ...(typeof total === 'number' ? { total } : {}),
      ...(typeof sentence === 'string' ? { message: sentence } : {}),
    })
  }
}
