import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { StartedPlatform } from '../../src/index.ts'

const CLI = fileURLToPath(new URL('../../../cli/src/main.ts', import.meta.url))

/** How a program ended, and what it wrote. */
export type Ended = { readonly code: number | null; readonly out: string; readonly err: string }

/** A terminal with the address of a platform and one key in its environment. */
export type Terminal = (
  args: readonly string[],
  options?: {
    readonly input?: string
    /** Hears all that was written beside the result so far. */
    readonly onComplaint?: (text: string) => void
  },
) => Promise<Ended>

/** `orchestra …` as a person runs it, with no variable of ours. */
export function createTerminal({ urls }: StartedPlatform, apiKey: string): Terminal {
  const env = {
    PATH: process.env['PATH'],
    ORCHESTRA_URL: urls.controlPlane,
    ORCHESTRA_GATEWAY_URL: urls.gateway,
    ORCHESTRA_API_KEY: apiKey,
  }
  return (args, { input = '', onComplaint = () => undefined } = {}) => {
    const child = spawn(process.execPath, [CLI, ...args], { env })
    let [out, err] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString()
      onComplaint(err)
    })
    child.stdin.end(input)
    return new Promise((resolve) => {
      child.on('close', (code) => resolve({ code, out, err }))
    })
  }
}
