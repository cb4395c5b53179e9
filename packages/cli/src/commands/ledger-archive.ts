import { open, type FileHandle } from 'node:fs/promises'
import { ArchiveBroken, verifyArchive, type ArchiveProof } from '@mcp-orchestra/sdk'
import type { Command } from 'commander'
import { EXIT_CODES, UsageError } from '../exit-code.ts'
import type { Output } from '../output.ts'
import type { Run, RunOffline } from '../session.ts'

/** `orchestra ledger archive` and `verify`: closed days as files that prove themselves. */
export function addArchive(ledger: Command, run: Run, runOffline: RunOffline): void {
  ledger
    .command('archive <month> <file>')
    .description('write a closed month (2026-11) to a new file, and prove it (operators only)')
    .action((month: string, file: string, _flags: unknown, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        const period = daysOf(month)
        const kept = await open(file, 'wx', 0o600)
        try {
          const proof = await verifyArchive(keep(orchestra.ledger.archive(period), kept))
          showProof(file, proof, output)
        } finally {
          await kept.close()
        }
      }),
    )
  ledger
    .command('verify <files...>')
    .description('prove archives, without a platform; exit code 1 when one is broken')
    .action((files: string[], _flags: unknown, command: Command) =>
      runOffline(command, async (output) => {
        let code: number = EXIT_CODES.ok
        for (const file of files) {
          try {
            const archive = await open(file)
            showProof(file, await verifyArchive(archive.readLines()), output)
          } catch (error) {
            if (!(error instanceof ArchiveBroken)) throw error
            output.complain(`${file} is broken. ${error.message}`)
            code = EXIT_CODES.fault
          }
        }
        return code
      }),
    )
}

/** Characters that are written at once. */
const CHARS_AT_ONCE = 65_536

/** The same lines; when the last one has been taken, all of them are in the file. */
async function* keep(lines: AsyncIterable<string>, file: FileHandle) {
  let waiting = ''
  for await (const line of lines) {
    waiting += `${line}\n`
    if (waiting.length > CHARS_AT_ONCE) {
      await file.write(waiting)
      waiting = ''
    }
    yield line
  }
  await file.write(waiting)
  await file.sync()
}

function daysOf(month: string): { from: string; to: string } {
  const [, year, number] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month) ?? []
  if (year === undefined) throw new UsageError('A month is written 2026-11.')
  const after = new Date(Date.UTC(Number(year), Number(number)))
  return { from: `${month}-01`, to: after.toISOString().slice(0, 10) }
}

function showProof(file: string, proof: ArchiveProof, output: Output): void {
  output.result({ file, ...proof }, ({ from, to, transfers, accounts, moved, chain }) => {
    output.line(`${file}: whole. ${from} to ${to}, ${transfers} transfers, ${accounts} accounts.`)
    for (const [asset, sum] of Object.entries(moved)) output.line(`  moved ${sum} atomic ${asset}`)
    output.line(`  chain ${chain}`)
  })
}
