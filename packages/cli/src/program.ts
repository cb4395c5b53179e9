import { Command, Option } from 'commander'
import { addAudit } from './commands/audit.ts'
import { addAssets } from './commands/assets.ts'
import { addBalance } from './commands/balance.ts'
import { addBudgets } from './commands/budgets.ts'
import { addCall } from './commands/call.ts'
import { addCalls } from './commands/calls.ts'
import { addCaps } from './commands/caps.ts'
import { addConnect } from './commands/connect.ts'
import { addDemo } from './commands/demo.ts'
import { addDisputes } from './commands/disputes.ts'
import { addInvoices } from './commands/invoices.ts'
import { addKeys } from './commands/keys.ts'
import { addLedger } from './commands/ledger.ts'
import { addMandates } from './commands/mandates.ts'
import { addMeters } from './commands/meters.ts'
import { addOperations } from './commands/operations.ts'
import { addQuote } from './commands/quote.ts'
import { addRefunds } from './commands/refunds.ts'
import { addPayees } from './commands/payees.ts'
import { addPayouts } from './commands/payouts.ts'
import { addReceipt } from './commands/receipt.ts'
import { addServers } from './commands/servers.ts'
import { addShares } from './commands/shares.ts'
import { addSignInLink } from './commands/sign-in-link.ts'
import { addStop } from './commands/stop.ts'
import { addStatus } from './commands/status.ts'
import { addTopUp } from './commands/top-up.ts'
import { addUsage } from './commands/usage.ts'
import type { CliEnvironment, ConnectionFlags } from './config.ts'
import { EXIT_CODES, exitCodeOf } from './exit-code.ts'
import { explain } from './explain.ts'
import { createOutput, type Output } from './output.ts'
import { openSession, type Run, type RunOffline } from './session.ts'
import { createStyle } from './style.ts'

/** What the program touches of its process. */
export type ProgramDeps = {
  readonly env: CliEnvironment
  readonly write: (text: string) => void
  readonly writeError: (text: string) => void
  readonly colours: boolean
  readonly setExitCode: (code: number) => void
  /** Tells of the next Ctrl-C, in place of ending the process. */
  readonly onInterrupt: (listener: () => void) => void
}

/** The whole command line: `orchestra …`. */
export function createProgram(deps: ProgramDeps): Command {
  const program = new Command('orchestra')
    .description('MCP servers as services that are governed, reliable and paid for.')
    .option('--url <url>', 'control plane (ORCHESTRA_URL)')
    .option('--gateway-url <url>', 'gateway (ORCHESTRA_GATEWAY_URL; else the control plane says)')
    .addOption(
      new Option('--api-key <key>', 'key (ORCHESTRA_API_KEY; else from the data directory)'),
    )
    .option('--data-dir <path>', 'data directory of a local platform (default .orchestra)')
    .option('--json', 'print JSON for programs')
    .configureOutput({ writeOut: deps.write, writeErr: deps.writeError })
    .exitOverride()
    .showHelpAfterError('(orchestra help <command> says more)')
  const { run, runOffline } = runners(deps)
  for (const add of [
    addServers,
    addCall,
    addCalls,
    addConnect,
    addKeys,
    addStatus,
    addBalance,
    addTopUp,
    addQuote,
    addCaps,
    addBudgets,
    addMandates,
    addStop,
    addUsage,
    addMeters,
    addAudit,
    addAssets,
    addInvoices,
    addRefunds,
    addShares,
    addDisputes,
    addPayees,
    addPayouts,
    addSignInLink,
    addOperations,
    addDemo,
  ]) {
    add(program, run)
  }
  addLedger(program, run, runOffline)
  addReceipt(program, run, runOffline)
  return program
}

/** The two ways to run a command: with a session, and without any platform. */
function runners(deps: ProgramDeps): { run: Run; runOffline: RunOffline } {
  async function attempt(
    command: Command,
    work: (output: Output, flags: ConnectionFlags) => Promise<number | void>,
  ): Promise<void> {
    const flags = command.optsWithGlobals<ConnectionFlags & { json?: boolean }>()
    const isJson = flags.json === true
    const style = createStyle(deps.colours && !isJson)
    const output = createOutput({ ...deps, style, isJson })
    try {
      deps.setExitCode((await work(output, flags)) ?? EXIT_CODES.ok)
    } catch (error) {
      for (const line of explain(error, output)) output.complain(line)
      deps.setExitCode(exitCodeOf(error))
    }
  }
  return {
    run: (command, role, work) =>
      attempt(command, async (output, flags) => {
        const session = openSession(role, { ...deps, flags, output })
        try {
          return await work(session)
        } finally {
          await session.close()
        }
      }),
    runOffline: (command, work) => attempt(command, work),
  }
}
