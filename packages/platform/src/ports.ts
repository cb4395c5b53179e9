import { createServer } from 'node:net'
import { refuse } from './problems.ts'

/** A port that must be free, and the variable that moves it. */
export type WantedPort = { readonly port: number; readonly variable: string; readonly use: string }

/** Checks that ports can be listened on before anything is started; a taken one is one sentence. */
export async function checkPorts(host: string, wanted: readonly WantedPort[]): Promise<void> {
  for (const { port, variable, use } of wanted) {
    const code = await tryListen(host, port)
    if (code === undefined) continue
    const reason =
      code === 'EADDRINUSE'
        ? 'is in use by another program'
        : code === 'EACCES'
          ? 'may not be used by this user'
          : `cannot be used (${code})`
    throw refuse('platform.port_in_use', {
      detail: `Port ${port} on ${host} (${use}) ${reason}. Stop that program, or choose another port: ${variable}=${port + 100} npm start`,
    })
  }
}

/** Finds a port that is free now, the preferred one if it is; another program may take it before we do. */
export async function freePort(host: string, preferred?: number): Promise<number> {
  if (preferred !== undefined && (await tryListen(host, preferred)) === undefined) return preferred
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ host, port: 0 }, () => {
      const address = server.address()
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port'))
        else resolve(address.port)
      })
    })
  })
}

async function tryListen(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)))
  })
}
