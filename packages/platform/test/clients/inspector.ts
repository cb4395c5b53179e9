import { execFile } from 'node:child_process'
import path from 'node:path'
import type { RawTarget } from '../wire/raw-client.ts'

/** A run takes 1 to 8 s; ten times that is a hang. Milliseconds. */
const RUN_TIMEOUT_MS = 60_000

const CLI = path.resolve(
  import.meta.dirname,
  '../../../../node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js',
)

/** Runs the official Inspector's command line against a URL and returns what it printed; a failed run throws. */
export function runInspector(target: RawTarget, args: readonly string[]): Promise<string> {
  const key =
    target.apiKey === undefined ? [] : ['--header', `Authorization: Bearer ${target.apiKey}`]
  const line = ['--cli', target.url, '--transport', 'http', ...key, ...args, '--format', 'json']
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [CLI, ...line],
      { timeout: RUN_TIMEOUT_MS, maxBuffer: 16 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout)
        else reject(new Error(`the Inspector failed: ${stderr || stdout}`, { cause: error }))
      },
    )
  })
}
