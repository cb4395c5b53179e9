import { randomUUID } from 'node:crypto'
import type { Meter, MeterUsage, NewMeter } from '@mcp-orchestra/sdk'
import { Option, type Command } from 'commander'
import { addPeriod, periodOf, type PeriodFlags } from '../period.ts'
import type { Run } from '../session.ts'

const AGGREGATIONS = [
  'count',
  'sum',
  'avg',
  'min',
  'max',
  'unique',
  'latest',
  'weighted',
] as const satisfies readonly Meter['aggregation'][]
const WINDOWS = ['hour', 'day', 'month', 'total'] as const

/** `orchestra meters`: what an organization counts by itself. */
export function addMeters(program: Command, run: Run): void {
  const meters = program.command('meters').description('meters of your own')
  meters
    .command('list', { isDefault: true })
    .description('all of them')
    .action((_flags: unknown, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        output.result(await orchestra.meters.list().all(), (all) =>
          output.table(
            ['KEY', 'AGGREGATION', 'UNIT', 'STATE', 'NAME'],
            all.map(({ key, aggregation, unit, archivedAt, name }) => [
              key,
              aggregation,
              unit,
              archivedAt === null ? 'counting' : 'archived',
              name,
            ]),
          ),
        )
      }),
    )
  meters
    .command('define <key>')
    .description('a meter; its definition never changes')
    .addOption(
      new Option('--aggregation <how>', 'how events become one number')
        .choices(AGGREGATIONS)
        .makeOptionMandatory(),
    )
    .option('--name <name>', 'what people read; the key unless you say')
    .option('--unit <unit>', 'what one of it is', 'unit')
    .action((key: string, flags: Omit<NewMeter, 'key'>, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const meter = await orchestra.meters.define({ ...flags, key, name: flags.name ?? key })
        output.result(meter, () => output.line(`${key} counts by ${meter.aggregation}.`))
      }),
    )
  meters
    .command('archive <key>')
    .description('take no events any more; what it measured stays')
    .action((key: string, _flags: unknown, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        output.result(await orchestra.meters.archive(key), () => output.line(`${key} is archived.`))
      }),
    )
  addTrack(meters, run)
  addUsage(meters, run)
}

type TrackFlags = { readonly id?: string; readonly at?: string }

function addTrack(meters: Command, run: Run): void {
  meters
    .command('track <key> <subject> [value]')
    .description('report one event')
    .option('--id <id>', 'your own id of it: a repeat counts once')
    .option('--at <time>', 'when it happened, RFC 3339')
    .action((key: string, subject: string, value: string | undefined, flags: TrackFlags, command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const id = flags.id ?? randomUUID()
        const at = flags.at === undefined ? {} : { at: flags.at }
        const said = value === undefined ? {} : { value }
        const usage = { id, meter: key, ...said, ...at }
        const tracked = await orchestra.users.trackUsage(subject, usage)
        output.result({ id, ...tracked }, () =>
          output.line(tracked.accepted === 1 ? `${id} is counted.` : `${id} was counted before.`),
        )
      }),
    )
}

type UsageFlags = PeriodFlags & {
  readonly window: (typeof WINDOWS)[number]
  readonly subject?: string
  readonly knownAt?: string
}

function addUsage(meters: Command, run: Run): void {
  addPeriod(meters.command('usage <key>').description('what it measured, window by window'))
    .addOption(new Option('--window <size>', 'by UTC').choices(WINDOWS).default('day'))
    .option('--subject <subject>', 'of one customer, user or device')
    .option('--known-at <time>', 'only what had been received before it')
    .action((key: string, flags: UsageFlags, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const { month: _month, from: _from, to: _to, ...rest } = flags
        const usage = await orchestra.meters.usage(key, { ...rest, ...periodOf(flags) })
        output.result(usage, () =>
          output.table(['FROM', 'VALUE', 'EVENTS', 'LATE'], usage.windows.map(rowOf)),
        )
      }),
    )
}

function rowOf({ from, measure, events, lateEvents }: MeterUsage['windows'][number]): string[] {
  return [from, measure?.value ?? '–', String(events), String(lateEvents)]
}
