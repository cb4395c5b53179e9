import { createStyle, runDemo } from '@mcp-orchestra/cli'
import { createOrchestra, type Orchestra } from '@mcp-orchestra/sdk'
import { parseConfig } from './config.ts'
import { untilStopped } from './signals.ts'
import type { CommandContext } from './start-command.ts'
import { startPlatform, type StartedPlatform } from './start-platform.ts'

/** `npm run demo`: a platform of its own in a temporary directory, the story told on it, and nothing left behind. */
export async function run(context: CommandContext): Promise<number> {
  const { terminal, clock, sinceMs, env } = context
  const { style } = terminal
  const config = parseConfig(env)
  const stopped = untilStopped(clock)
  void stopped.first.then(() => process.exit(1)) // the processes of the platform end with us
  terminal.print(`\n  ${style.bold('MCP-Orchestra')}: one paid tool call, step by step`)
  terminal.print(`  ${style.dim('on a fresh platform, with its own database, and no network')}`)
  const platform = await startPlatform({
    demo: true,
    gateways: config.gateways,
    onStep: (step) => terminal.passing(`  ${style.dim(`starting: ${step} …`)}`),
  })
  try {
    const seconds = ((clock.monotonicMs() - sinceMs) / 1_000).toFixed(1)
    terminal.print(`  ${style.good(`ready in ${seconds} s`)}`)
    await tell(context, platform)
  } finally {
    terminal.passing(`  ${style.dim('stopping …')}`)
    await platform.stop()
    terminal.passing('')
  }
  return 0
}

async function tell(context: CommandContext, platform: StartedPlatform): Promise<void> {
  const opened: Orchestra[] = []
  const as = (apiKey: string): Orchestra => {
    const orchestra = createOrchestra({
      baseUrl: platform.urls.controlPlane,
      gatewayUrl: platform.urls.gateway,
      apiKey,
    })
    opened.push(orchestra)
    return orchestra
  }
  try {
    await runDemo({
      operator: as(platform.apiKey),
      as,
      payer: platform.payer === undefined ? undefined : as(platform.payer.apiKey),
      write: (text) => context.terminal.write(text),
      style: createStyle(context.terminal.colours),
      monotonicMs: () => context.clock.monotonicMs(),
      sinceMs: context.sinceMs,
      sinceWhat: 'from an empty directory, starting included',
    })
  } finally {
    await Promise.all(opened.map((orchestra) => orchestra.close()))
  }
}
