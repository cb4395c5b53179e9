import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** A program that does not listen by then will not, in milliseconds. */
const LIMIT_MS = 20_000
/** Between two looks, in milliseconds. */
const PAUSE_MS = 20

/** Waits until somebody listens on a port of this machine. */
export async function untilListening(port: number): Promise<void> {
  for (const end = performance.now() + LIMIT_MS; performance.now() < end;) {
    if (await isListening(port)) return
    await pause(PAUSE_MS)
  }
  throw new Error(`nobody listens on port ${port} after ${LIMIT_MS} ms`)
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
