import { rmSync } from 'node:fs'
import { writeFileDurably } from './data/durable-file.ts'

/** What the command line reads to find the platform that runs on a data directory. */
export type RunFile = {
  readonly pid: number
  readonly controlPlaneUrl: string
  readonly gatewayUrl: string
}

/** Tells other programs where the platform is. */
export function writeRunFile(path: string, run: RunFile): void {
  writeFileDurably(path, `${JSON.stringify(run, null, 2)}\n`)
}

/** The platform is gone. */
export function removeRunFile(path: string): void {
  rmSync(path, { force: true })
}
