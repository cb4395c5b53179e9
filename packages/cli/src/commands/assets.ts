import type { Asset } from '@mcp-orchestra/sdk'
import type { Command } from 'commander'
import type { Run } from '../session.ts'

/** `orchestra assets`: what the books are kept in. */
export function addAssets(program: Command, run: Run): void {
  const assets = program.command('assets').description('assets that the books are kept in')
  assets
    .command('list', { isDefault: true })
    .description('all of them')
    .action((_flags: unknown, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        output.result(await orchestra.assets.list().all(), (all) =>
          output.table(
            ['CODE', 'SCALE', 'STATE', 'ID'],
            all.map(({ code, scale, listed, id }) => [code, String(scale), wordOf(listed), id]),
          ),
        )
      }),
    )
  assets
    .command('register <id>')
    .description('a token by its CAIP-19 id (operators only)')
    .requiredOption('--code <code>', 'what people read')
    .requiredOption('--scale <places>', 'decimal places of its smallest unit')
    .action((id: string, flags: { code: string; scale: string }, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        const { code } = flags
        const added = await orchestra.assets.register({ id, code, scale: Number(flags.scale) })
        output.result(added, (asset) => output.line(sentenceOf(asset)))
      }),
    )
  for (const [verb, listed, words] of [
    ['delist', false, 'end new transfers in an asset that nobody holds (operators only)'],
    ['relist', true, 'allow new transfers again (operators only)'],
  ] as const) {
    assets
      .command(`${verb} <code>`)
      .description(words)
      .action((code: string, _flags: unknown, command: Command) =>
        run(command, 'operator', async ({ orchestra, output }) => {
          const changed = await orchestra.assets.setListed(code, listed)
          output.result(changed, (asset) => output.line(sentenceOf(asset)))
        }),
      )
  }
}

function sentenceOf({ code, id, scale, listed }: Asset): string {
  return `${code} (${id}) has ${scale} decimal places and is ${wordOf(listed)}.`
}

function wordOf(listed: boolean): string {
  return listed ? 'listed' : 'delisted'
}
