import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A listener on 127.0.0.1. `close` ends open streams too and resolves when the port is free. */
export type LocalListener = { readonly origin: string; close(): Promise<void> }

/** Listens on 127.0.0.1; port 0 takes a free one. */
export async function listenLocally(handler: RequestListener, port = 0): Promise<LocalListener> {
  const listener = createServer(handler)
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject)
    listener.listen(port, '127.0.0.1', resolve)
  })
  const address = listener.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${address.port}`,
    async close() {
      const closed = new Promise((resolve) => listener.close(resolve))
      listener.closeAllConnections()
      await closed
    },
  }
}
