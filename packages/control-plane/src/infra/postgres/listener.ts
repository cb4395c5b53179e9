import { Client, escapeIdentifier, type ClientConfig } from 'pg'
import { setTimeout as delay } from 'node:timers/promises'
import { translateSqlError } from './sql-error.ts'

/** Called with each notification's payload, and with '' after a reconnect, when some may have been missed. */
export type OnNotify = (payload: string) => void

/** Notifications on one dedicated connection that reconnects for as long as it is not closed. */
export interface Listener {
  /** Listens from when it resolves; the returned function stops it. */
  listen(channel: string, onNotify: OnNotify): Promise<() => Promise<void>>
  close(): Promise<void>
}

/** Pauses between attempts to reconnect, in ms; the last one repeats. */
const RECONNECT_PAUSES_MS = [50, 200, 1_000] as const

/** Makes a listener; it connects on the first `listen`. */
export function createListener(config: ClientConfig, onError: (error: unknown) => void): Listener {
  const channels = new Map<string, Set<OnNotify>>()
  const closing = new AbortController()
  let connection: Promise<Client> | undefined

  async function connect(): Promise<Client> {
    const client = new Client({ ...config, keepAlive: true })
    client.on('notification', ({ channel, payload }) => {
      for (const notify of channels.get(channel) ?? []) notify(payload ?? '')
    })
    client.on('error', onError)
    await client.connect()
    client.once('end', () => {
      if (!closing.signal.aborted) connection = reconnect()
    })
    for (const channel of channels.keys()) await client.query(`listen ${quote(channel)}`)
    return client
  }

  async function reconnect(): Promise<Client> {
    for (let attempt = 0; ; attempt += 1) {
      await delay(RECONNECT_PAUSES_MS[attempt] ?? RECONNECT_PAUSES_MS.at(-1), undefined, {
        signal: closing.signal,
      }).catch(ignoreAbort)
      if (closing.signal.aborted) throw new Error('the listener is closed')
      try {
        const client = await connect()
        for (const listeners of channels.values()) for (const notify of listeners) notify('')
        return client
      } catch (error) {
        onError(translateSqlError(error))
      }
    }
  }

  return {
    async listen(channel, onNotify) {
      const listeners = channels.get(channel) ?? new Set()
      channels.set(channel, listeners.add(onNotify))
      try {
        connection ??= connect()
        const client = await connection
        await client.query(`listen ${quote(channel)}`)
      } catch (error) {
        listeners.delete(onNotify)
        connection = undefined
        throw translateSqlError(error)
      }
      return async () => {
        listeners.delete(onNotify)
        if (listeners.size > 0) return
        channels.delete(channel)
        if (closing.signal.aborted) return
        await (await connection)?.query(`unlisten ${quote(channel)}`)
      }
    },
    async close() {
      closing.abort()
      const client = await connection?.catch(() => undefined)
      await client?.end()
    },
  }
}

function quote(channel: string): string {
  return escapeIdentifier(channel)
}

function ignoreAbort(): void {
  // The loop looks at the signal itself.
}
