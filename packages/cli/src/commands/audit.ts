import type { AuditEntry, AuditFilter } from '@mcp-orchestra/sdk'
import { Option, type Command } from 'commander'
import type { Run } from '../session.ts'

/** Rows of a screen: more is asked for by `--limit`. */
const ROWS_DEFAULT = '20'

type Flags = AuditFilter & { readonly limit: string; readonly platform?: boolean }

/** `orchestra audit`: the audit trail. */
export function addAudit(program: Command, run: Run): void {
  program
    .command('audit')
    .description('who changed what, and what gateways refused, newest first')
    .option('--action <action>', 'one action (key.revoked), or all of a kind (key)')
    .option('--actor <id>', 'only what this key, member or gateway process did')
    .option('--target <id>', 'only what was done to this')
    .addOption(new Option('--outcome <outcome>', 'how it ended').choices(['done', 'refused']))
    .option('--from <time>', 'at this moment or later (RFC 3339)')
    .option('--to <time>', 'before this moment (RFC 3339)')
    .option('--platform', 'acts on the platform as a whole; operators only')
    .option('--limit <rows>', 'how many', ROWS_DEFAULT)
    .action(({ limit, platform, ...filter }: Flags, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        const scope = platform === true ? { scope: 'platform' as const } : {}
        const list = orchestra.audit.list({ ...pick(filter), ...scope, limit: Number(limit) })
        const { items } = await list.page()
        output.result(items, (entries) =>
          output.table(
            ['AT', 'ACTION', 'OUTCOME', 'ACTOR', 'TARGET', 'DETAIL'],
            entries.map((entry) => [
              entry.at,
              entry.action,
              entry.outcome,
              entry.actor,
              entry.target,
              detailText(entry),
            ]),
          ),
        )
      }),
    )
}

/** Of all flags, which hold those of the program too, the ones that filter. */
function pick({ action, actor, target, outcome, from, to }: AuditFilter): AuditFilter {
  return {
    ...(action === undefined ? {} : { action }),
    ...(actor === undefined ? {} : { actor }),
    ...(target === undefined ? {} : { target }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  }
}

function detailText({ detail }: AuditEntry): string {
  return Object.entries(detail)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ')
}
