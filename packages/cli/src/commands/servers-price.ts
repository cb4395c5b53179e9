import { Option, type Command } from 'commander'
import { readFileSync } from 'node:fs'
import type { ChangedPrice, MeteredPriceWish, PriceComponent } from '@mcp-orchestra/sdk'
import { UsageError } from '../exit-code.ts'
import type { Run } from '../session.ts'

type PriceFlags = {
  readonly perInputToken?: string
  readonly perOutputToken?: string
  readonly components?: string
  readonly max?: string
  readonly leastBid?: string
  readonly tokenizer?: NonNullable<MeteredPriceWish['tokenizer']>
  readonly from?: string
}

/** `orchestra servers price`: what calls of a tool cost. */
export function addServersPrice(servers: Command, run: Run): void {
  servers
    .command('price <server> <tool> [usd]')
    .description(
      'price of a call, in US dollars; 0 makes it free; tool * is every tool without one',
    )
    .option('--per-input-token <usd>', 'for each token that the server read')
    .option('--per-output-token <usd>', 'for each token that the server wrote')
    .option('--components <file>', 'JSON list of components, with tiers, packages or minimums')
    .option('--max <usd>', 'the most that one call may cost; metered prices need it')
    .option('--least-bid <usd>', 'refuse callers that would pay at most less')
    .addOption(
      new Option('--tokenizer <name>', 'counts where the server reports no usage').choices([
        'o200k_base',
        'cl100k_base',
      ]),
    )
    .option('--from <moment>', 'when it starts (RFC 3339); as early as allowed when absent')
    .action(
      (id: string, tool: string, usd: string | undefined, flags: PriceFlags, command: Command) =>
        run(command, 'operator', async ({ orchestra, output }) => {
          const options = flags.from === undefined ? {} : { startsAt: flags.from }
          const changed = await orchestra.prices.set(id, tool, wishOf(usd, flags), options)
          output.result(changed, () => output.line(sentence(changed)))
        }),
    )
}

function wishOf(usd: string | undefined, flags: PriceFlags): string | MeteredPriceWish {
  const { perInputToken, perOutputToken, components, max, leastBid, tokenizer } = flags
  const isMetered = [perInputToken, perOutputToken, components, max, leastBid, tokenizer].some(
    (flag) => flag !== undefined,
  )
  if (!isMetered) {
    if (usd === undefined) throw new UsageError('Name a price per call, or what is metered.')
    return usd
  }
  if (max === undefined) {
    throw new UsageError('A metered price needs --max: the most that one call may cost.')
  }
  return {
    ...(usd === undefined ? {} : { perCall: usd }),
    ...(perInputToken === undefined ? {} : { perInputToken }),
    ...(perOutputToken === undefined ? {} : { perOutputToken }),
    ...(components === undefined ? {} : { components: readComponents(components) }),
    ...(leastBid === undefined ? {} : { leastBid }),
    ...(tokenizer === undefined ? {} : { tokenizer }),
    maximum: max,
  }
}

/** What the components say is the API's to judge: it names each field that is wrong. */
function readComponents(path: string): PriceComponent[] {
  let list: unknown
  try {
    list = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new UsageError(`${path} cannot be read as JSON.`, { cause: error })
  }
  if (!Array.isArray(list)) throw new UsageError(`${path} is a list of components.`)
  return list as PriceComponent[]
}

function sentence({ price: { tool, price, metered, startsAt } }: ChangedPrice): string {
  const cost =
    metered === null ? `${price.display} a call` : `at most ${metered.maximum.display} a call`
  const what = tool === '*' ? 'Every tool without a price of its own' : tool
  return `${what} costs ${cost} from ${startsAt} on.`
}
