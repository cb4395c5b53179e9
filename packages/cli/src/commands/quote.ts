import type { QuoteSourceWish } from '@mcp-orchestra/sdk'
import type { Command } from 'commander'
import { UsageError } from '../exit-code.ts'
import type { Run } from '../session.ts'

type SourceFlags = {
  readonly asset: string
  readonly scale: string
  readonly stablecoin?: boolean
  readonly rank: string
  readonly heartbeat: string
  readonly usd?: string
  readonly from?: string
  readonly price?: string
  readonly updatedAt?: string
}

/** `orchestra quote`: what an amount of USD is in another asset now, and where rates come from. */
export function addQuote(program: Command, run: Run): void {
  const quote = program.command('quote').description('amounts of USD in another asset')
  quote
    .command('make <usd> <asset>', { isDefault: true })
    .description('a signed quote, good for a minute and once')
    .action((usd: string, asset: string, _flags: unknown, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const made = await orchestra.quotes.create(usd, asset)
        output.result(made, ({ quote: { id, amount, source, expiresAt } }) => {
          output.line(`${usd} USD are ${amount} of the smallest unit of ${asset}.`)
          output.line(output.style.dim(`${id}, by ${source}, until ${expiresAt}`))
        })
      }),
    )
  quote
    .command('get <id>')
    .description('a quote as it was signed')
    .action((id: string, _flags: unknown, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const found = await orchestra.quotes.get(id)
        output.result(found, () => output.line(JSON.stringify(found)))
      }),
    )
  addSources(quote, run)
}

function addSources(quote: Command, run: Run): void {
  const sources = quote.command('sources').description('where rates come from (operators)')
  sources
    .command('list', { isDefault: true })
    .description('all sources, by asset and rank')
    .action((_flags: unknown, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        output.result(await orchestra.quotes.sources(), (all) =>
          output.table(
            ['NAME', 'ASSET', 'RANK', 'HEARTBEAT S', 'RATE'],
            all.map(({ name, asset, rank, heartbeatSeconds, rate }) => [
              name,
              asset.id,
              String(rank),
              String(heartbeatSeconds),
              rate.kind === 'manual' ? `${rate.usd} USD` : rate.url,
            ]),
          ),
        )
      }),
    )
  sources
    .command('set <name>')
    .description('make or replace one: a rate by --usd, or an address by --from')
    .requiredOption('--asset <asset>', 'what it quotes')
    .requiredOption('--scale <places>', 'decimal places of the smallest unit')
    .option('--stablecoin', 'meant to be worth one USD')
    .option('--rank <rank>', 'lowest first', '0')
    .requiredOption('--heartbeat <seconds>', 'older readings are stale')
    .option('--usd <rate>', 'USD for a whole unit, from now on')
    .option('--from <url>', 'an address that answers JSON')
    .option('--price <pointer>', 'where in it the price is (RFC 6901)')
    .option('--updated-at <pointer>', 'where in it the time of the price is')
    .action((name: string, flags: SourceFlags, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        const source = await orchestra.quotes.putSource(name, wishOf(flags))
        output.result(source, () => output.line(`${name} quotes ${flags.asset}.`))
      }),
    )
  sources
    .command('remove <name>')
    .description('quote by it no more')
    .action((name: string, _flags: unknown, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        await orchestra.quotes.removeSource(name)
        output.result({ name }, () => output.line(`${name} is removed.`))
      }),
    )
}

function wishOf(flags: SourceFlags): QuoteSourceWish {
  return {
    asset: {
      id: flags.asset,
      scale: Number(flags.scale),
      stablecoin: flags.stablecoin === true,
    },
    rank: Number(flags.rank),
    heartbeatSeconds: Number(flags.heartbeat),
    rate: rateOf(flags),
  }
}

function rateOf({ usd, from, price, updatedAt }: SourceFlags): QuoteSourceWish['rate'] {
  if (usd !== undefined && from === undefined) return { kind: 'manual', usd }
  if (usd === undefined && from !== undefined && price !== undefined && updatedAt !== undefined) {
    return { kind: 'http', url: from, pricePointer: price, updatedAtPointer: updatedAt }
  }
  throw new UsageError('Give a rate by --usd, or an address by --from, --price and --updated-at.')
}
