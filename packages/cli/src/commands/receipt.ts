import { readFileSync, writeFileSync } from 'node:fs'
import {
  formatMoney,
  verifyReceipt,
  type ReceiptKeys,
  type ReceiptVerdict,
  type SignedReceipt,
} from '@mcp-orchestra/sdk'
import { Option, type Command } from 'commander'
import { EXIT_CODES, UsageError } from '../exit-code.ts'
import type { Output } from '../output.ts'
import type { Run, RunOffline } from '../session.ts'

/** Rows of a screen: more is asked for by `--limit`. */
const ROWS_DEFAULT = '20'

type ListFlags = {
  readonly side: 'payer' | 'publisher' | 'any'
  readonly from?: string
  readonly to?: string
  readonly limit: string
  readonly out?: string
}

/** `orchestra receipt`: what the platform vouches for, and how to check it without the platform. */
export function addReceipt(program: Command, run: Run, runOffline: RunOffline): void {
  const receipt = program
    .command('receipt')
    .description('signed receipts of calls; verify needs no platform')
  receipt
    .command('get <event>')
    .description('the receipt of one call')
    .option('--out <file>', 'into a file')
    .action((event: string, flags: { out?: string }, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const found = await orchestra.receipts.get(event)
        write(output, [found], flags.out)
      }),
    )
  receipt
    .command('list')
    .description('receipts of many calls, one a line, newest first')
    .addOption(
      new Option('--side <side>', 'as who pays, as who publishes, or either')
        .choices(['payer', 'publisher', 'any'])
        .default('payer'),
    )
    .option('--from <time>', 'calls at this moment (RFC 3339) or later')
    .option('--to <time>', 'calls before this moment')
    .option('--limit <rows>', 'how many', ROWS_DEFAULT)
    .option('--out <file>', 'all of them into a file, whatever the limit')
    .action((flags: ListFlags, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const { side, from, to, limit, out } = flags
        const list = orchestra.receipts.list({
          side,
          ...(out === undefined ? { limit: Number(limit) } : {}),
          ...(from === undefined ? {} : { from }),
          ...(to === undefined ? {} : { to }),
        })
        write(output, out === undefined ? (await list.page()).items : await list.all(), out)
      }),
    )
  receipt
    .command('keys')
    .description('the public keys that receipts are verified with')
    .option('--out <file>', 'into a file')
    .action((flags: { out?: string }, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const keys = await orchestra.receipts.keys()
        if (flags.out !== undefined) writeFileSync(flags.out, `${JSON.stringify(keys)}\n`)
        output.result(keys, () => {
          if (flags.out === undefined) output.line(JSON.stringify(keys))
          else output.line(`${keys.keys.length} keys are in ${flags.out}.`)
        })
      }),
    )
  receipt
    .command('verify <file>')
    .description(
      'check receipts, one a line, with keys that were kept: no network; exit code 1 unless all hold',
    )
    .requiredOption('--keys <file>', 'the public keys, as `orchestra receipt keys` writes them')
    .action((file: string, flags: { keys: string }, command: Command) =>
      runOffline(command, (output) => verify(output, file, flags.keys)),
    )
  addKeys(receipt, run)
}

function addKeys(receipt: Command, run: Run): void {
  receipt
    .command('rotate-key')
    .description('make the next signing key, which signs a day later (operators)')
    .action((_flags: unknown, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        const key = await orchestra.receipts.rotateKey()
        output.result(key, () => output.line(`${key.kid} signs from ${key.signsFrom}.`))
      }),
    )
  receipt
    .command('revoke-key <kid>')
    .description('take a key that got into wrong hands out of use (operators)')
    .action((kid: string, _flags: unknown, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        const key = await orchestra.receipts.revokeKey(kid)
        output.result(key, () => output.line(`${kid} is revoked.`))
      }),
    )
}

/** The platform sends canonical text (RFC 8785) and parsing keeps the order: written again it is the same text. */
function write(output: Output, receipts: readonly SignedReceipt[], out: string | undefined): void {
  const lines = receipts.map((one) => JSON.stringify(one))
  if (out !== undefined) writeFileSync(out, lines.map((line) => `${line}\n`).join(''))
  output.result(receipts, () => {
    if (out === undefined) for (const line of lines) output.line(line)
    else output.line(`${receipts.length} receipts are in ${out}.`)
  })
}

async function verify(output: Output, file: string, keysFile: string): Promise<number> {
  const keys = keysOf(read(keysFile), keysFile)
  const lines = read(file).split('\n')
  if (lines.at(-1) === '') lines.pop()
  if (lines.length === 0) throw new UsageError(`${file} is empty.`)
  const verdicts: ReceiptVerdict[] = []
  for (const line of lines) verdicts.push(await verifyReceipt(line, keys))
  output.result(verdicts, () => {
    for (const [index, verdict] of verdicts.entries()) {
      if (!verdict.verified) {
        output.line(`${output.style.bad('not verified')}  line ${index + 1}: ${verdict.reason}`)
        continue
      }
      const { eventId, tool, amount, asset } = verdict.receipt
      const cost = formatMoney({ amount, asset })
      output.line(`${output.style.good('verified')}  ${eventId}  ${tool}  ${cost}`)
    }
  })
  return verdicts.every(({ verified }) => verified) ? EXIT_CODES.ok : EXIT_CODES.fault
}

function keysOf(text: string, file: string): ReceiptKeys {
  try {
    const keys = JSON.parse(text) as ReceiptKeys
    if (Array.isArray(keys.keys)) return keys
  } catch (error) {
    throw new UsageError(`${file} is not JSON.`, { cause: error })
  }
  throw new UsageError(`${file} holds no JWK Set: {"keys":[…]}.`)
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`${file} cannot be read.`, { cause: error })
  }
}
