import type { Orchestra, UsageEvent, UsageFilter } from '@mcp-orchestra/sdk'
import { Option, type Command } from 'commander'
import type { Output } from '../output.ts'
import { explain } from './explain.ts'
import type { Run, Session } from '../session.ts'

/** Rows of a screen: more is asked for by `--limit`. */
const ROWS_DEFAULT = '20'

/** Columns of a followed call: lines come one by one, so widths cannot follow from what is in them. */
const WIDTHS = { at: 24, tool: 28, outcome: 16, cost: 14, ms: 7 } as const

type Flags = {
  readonly side?: 'payer' | 'publisher' | 'any'
  readonly server?: string
  readonly tool?: string
  readonly outcome?: UsageEvent['outcome']
  readonly limit: string
  readonly follow?: boolean
}

/** `orchestra calls`: calls that I paid for or that my servers answered; `--follow` goes on as they come. */
export function addCalls(program: Command, run: Run): void {
  const calls = program
    .command('calls')
    .description('calls of my organization, newest last; --follow shows them as they are posted')
    .option('--follow', 'go on until Ctrl-C')
    .addOption(
      new Option('--side <side>', 'as who pays, as who publishes, or either')
        .choices(['payer', 'publisher', 'any'])
        .default('any'),
    )
    .option('--server <server>', 'only of this server (id or alias)')
    .option('--tool <tool>', 'only of this tool')
    .option('--outcome <outcome>', 'only with this outcome, such as complete or tool_error')
    .option('--limit <rows>', 'how many of the past', ROWS_DEFAULT)
    .action((flags: Flags, command: Command) =>
      run(command, 'caller', (session) =>
        flags.follow === true ? follow(session, flags) : list(session, flags),
      ),
    )
  calls
    .command('explain <event>')
    .description('why one call cost what it did, and whether it still comes to that')
    .action((event: string, _flags: unknown, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const decision = await orchestra.decisions.get(event)
        output.result(decision, () => {
          for (const [name, text] of explain(decision)) output.line(`${name.padEnd(12)}${text}`)
        })
      }),
    )
}

async function list({ orchestra, output }: Session, flags: Flags): Promise<void> {
  output.result(await past(orchestra, flags), (calls) =>
    output.table(
      ['AT', 'TOOL', 'OUTCOME', 'COST', 'MS', 'EVENT'],
      calls.map((call) => [call.at, call.tool, call.outcome, costOf(call), msOf(call), call.id]),
    ),
  )
}

/** Ends by Ctrl-C, which is how one stops looking: exit code 0. */
async function follow({ orchestra, output, untilInterrupted }: Session, flags: Flags) {
  const show = (call: UsageEvent): void => {
    output.line(output.isJson ? JSON.stringify(call) : lineOf(call, output))
  }
  const note = (text: string): void => output.complain(output.style.dim(text))
  const opened = Promise.withResolvers<void>()
  let isLost = false
  const live = orchestra.usage.live(filterOf(flags), {
    signal: untilInterrupted(),
    onState(state) {
      if (state === 'open') opened.resolve()
      if (state === 'open' && isLost) note('— connected again')
      if (state === 'lost' && !isLost) note('— the connection is lost; trying again')
      if (state !== 'connecting') isLost = state === 'lost'
    },
  })
  const items = live[Symbol.asyncIterator]()
  const first = items.next()
  // The past is read once the stream is open, so that nothing falls in between.
  await Promise.race([opened.promise, first])
  const before = await past(orchestra, flags)
  const shown = new Set(before.map(({ id }) => id))
  for (const call of before) show(call)
  for (let next = await first; next.done !== true; next = await items.next()) {
    const item = next.value
    if (item.kind === 'usage' && !shown.has(item.event.id)) show(item.event)
    if (item.kind === 'dropped') note(`— ${item.count} calls came too fast to be shown`)
    if (item.kind === 'gap') note('— some calls are missing here; orchestra calls lists them')
  }
}

async function past(orchestra: Orchestra, flags: Flags): Promise<UsageEvent[]> {
  const options = { ...filterOf(flags), limit: Number(flags.limit) }
  return (await orchestra.usage.list(options).page()).items.toReversed()
}

function filterOf({ side, server, tool, outcome }: Flags): UsageFilter {
  return {
    ...(side === undefined ? {} : { side }),
    ...(server === undefined ? {} : { serverId: server }),
    ...(tool === undefined ? {} : { tool }),
    ...(outcome === undefined ? {} : { outcome }),
  }
}

function lineOf(call: UsageEvent, { style }: Output): string {
  const outcome = call.outcome.padEnd(WIDTHS.outcome)
  return [
    style.dim(call.at.padEnd(WIDTHS.at)),
    call.tool.padEnd(WIDTHS.tool),
    call.outcome === 'complete' ? style.good(outcome) : style.bad(outcome),
    costOf(call).padStart(WIDTHS.cost),
    msOf(call).padStart(WIDTHS.ms),
    style.dim(call.id),
  ].join('  ')
}

function costOf({ amount }: UsageEvent): string {
  return amount.amount === '0' ? 'free' : amount.display
}

function msOf({ durationMs }: UsageEvent): string {
  return String(Math.round(durationMs))
}
