import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:http'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const SCRIPT = fileURLToPath(new URL('./reply-server.testing.ts', import.meta.url))

/** The reply server in a process of its own, perhaps under a tracer. */
export type ReplyServer = {
  readonly child: ChildProcess
  /** Resolves when the whole reply is here. */
  call(name: string): Promise<void>
  /** Ends the server from inside; resolves when it, and a tracer around it, have gone. */
  stop(): Promise<void>
  /** Ends the process that serves, at once and without a word. */
  kill(): Promise<void>
}

/** Starts the server on a journal under the root; `tracer` is a command that runs another one. */
export async function startReplyServer(
  root: string,
  tracer: readonly string[] = [],
): Promise<ReplyServer> {
  const [command, ...rest] = [...tracer, process.execPath, SCRIPT, root]
  const child = spawn(command ?? process.execPath, rest, {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  const lines = createInterface({ input: child.stdout })
  const [line] = (await once(lines, 'line')) as [string]
  const { port } = JSON.parse(line) as { port: number }
  return {
    child,
    call: (name) => call(port, name),
    async stop() {
      const exited = once(child, 'exit')
      const hungUp = once(request({ host: '127.0.0.1', port, path: '/stop' }).end(), 'error')
      await Promise.all([exited, hungUp])
    },
    async kill() {
      const exited = once(child, 'exit')
      // NOTE: the group: a tracer and what it traces.
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      await exited
    },
  }
}

function call(port: number, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path: `/${name}` }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (body += chunk))
      response.on('error', reject)
      response.on('end', () => {
        if (body === `begun/${name} done/${name}.`) resolve()
        else reject(new Error(`an incomplete reply: ${body}`))
      })
    })
    sent.on('error', reject)
    sent.end()
  })
}
