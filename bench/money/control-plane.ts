import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createOrchestra, type Orchestra } from '@mcp-orchestra/sdk'
import { firstLine, startProgram } from '../machine/child-program.ts'
import type { MoneyDatabase } from './database.ts'

/** Gateway slots of the control plane: the most gateways that the bench plays. */
export const SLOTS_MAX = 4

/** A control plane as its own process, on one of the databases. */
export type MoneyPlane = {
  readonly url: string
  readonly pid: number
  readonly operator: Orchestra
  /** The secret of a slot, counted from 1. */
  slotSecret(slot: number): Promise<string>
  stop(): Promise<void>
}

const MAIN = fileURLToPath(
  new URL('../../packages/control-plane/src/main/main.ts', import.meta.url),
)

/** Starts the real control plane on a database. */
export async function startMoneyPlane(database: MoneyDatabase): Promise<MoneyPlane> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bench-plane-'))
  const slots = Array.from({ length: SLOTS_MAX }, (_, index) => slotName(index + 1))
  const program = startProgram(process.execPath, [MAIN], {
    env: {
      ORCHESTRA_DATA_DIR: dataDir,
      ORCHESTRA_DATABASE_URL: database.url,
      ORCHESTRA_PORT: '0',
      ORCHESTRA_GATEWAYS: String(SLOTS_MAX),
      // Nobody forwards a call here: the addresses are only names.
      ORCHESTRA_GATEWAY_SLOTS: slots.map((name) => `${name}=http://127.0.0.1:9`).join(','),
      ORCHESTRA_LOG_LEVEL: 'warn',
      ORCHESTRA_SUPERVISED: '1',
    },
  })
  const url = await firstLine(program, (line) =>
    line.startsWith('{"ready":true') ? (JSON.parse(line) as { url: string }).url : undefined,
  )
  const secret = async (name: string): Promise<string> =>
    (await readFile(join(dataDir, 'secrets', name), 'utf8')).trim()
  const operatorKey = await secret('operator-key')
  return {
    url,
    pid: program.pid,
    operator: createOrchestra({ baseUrl: url, apiKey: operatorKey }),
    slotSecret: (slot) => secret(slotName(slot)),
    async stop() {
      await program.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** The name of a slot, counted from 1. */
export function slotName(slot: number): string {
  return `gateway-${slot}`
}
