import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { writeFileDurably } from '../data/durable-file.ts'

const Ports = z.record(z.string(), z.int().min(1).max(65_535))

/** The ports of the demo's HTTP servers at the last start, by alias; none at the first. */
export function readDemoPorts(folder: string): Readonly<Record<string, number>> {
  try {
    return Ports.parse(JSON.parse(readFileSync(join(folder, 'ports.json'), 'utf8')))
  } catch {
    return {} // absent or torn: new ports are as good, and the servers are registered again
  }
}

/** Keeps the ports for the next start. */
export function writeDemoPorts(folder: string, ports: Readonly<Record<string, number>>): void {
  writeFileDurably(join(folder, 'ports.json'), `${JSON.stringify(ports)}\n`)
}
