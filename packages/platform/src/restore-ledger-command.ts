import { open } from 'node:fs/promises'
import { restoreLedger } from '@mcp-orchestra/control-plane'
import type { CommandContext } from './start-command.ts'

/** `mcp-orchestra restore-ledger <archive…>`: into the empty database that ORCHESTRA_DATABASE_URL names. */
export async function run({ terminal, env, args }: CommandContext): Promise<number> {
  const url = env['ORCHESTRA_DATABASE_URL'] ?? env['DATABASE_URL']
  if (url === undefined || args.length === 0) {
    throw new Error(
      'Set ORCHESTRA_DATABASE_URL to an empty database, and name the archives, the oldest first.',
    )
  }
  const proofs = await restoreLedger(url, args.map(linesOf))
  for (const { from, to, transfers, chain } of proofs) {
    terminal.print(`  ${from} to ${to}: ${transfers} transfers, chain ${chain}`)
  }
  terminal.print('  Restored: every balance is what the archives say.')
  return 0
}

/** Opened when its turn comes: a reader that waits would lose its first lines. */
async function* linesOf(file: string): AsyncGenerator<string> {
  const archive = await open(file)
  yield* archive.readLines()
}
