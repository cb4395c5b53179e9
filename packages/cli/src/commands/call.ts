import { formatMoney, type MCPResponse, type Receipt } from '@mcp-orchestra/sdk'
import type { Command } from 'commander'
import { EXIT_CODES } from '../exit-code.ts'
import { parseArguments } from '../arguments.ts'
import type { Output } from '../output.ts'
import type { Run } from '../session.ts'

type Flags = {
  readonly arg?: string[]
  readonly input?: string
  readonly maxCharge?: string
  readonly idempotencyKey?: string
  readonly timeout?: string
}

/** `orchestra call <server> <tool>`: one tool call through the gateway, paid by the caller's organization. */
export function addCall(program: Command, run: Run): void {
  program
    .command('call <server> <tool>')
    .description('call a tool and pay for it; "-" as server calls the aggregated endpoint')
    .option('--arg <name=value...>', 'argument; a value that is JSON is taken as JSON')
    .option('--input <json>', 'all arguments as one JSON object')
    .option('--max-charge <usd>', 'refuse before it runs if it is dearer')
    .option('--idempotency-key <key>', 'name the purchase: the same key never pays twice')
    .option('--timeout <seconds>', 'give up after this long (default 65)')
    .action((server: string, tool: string, flags: Flags, command: Command) =>
      run(command, 'caller', async ({ orchestra, output }) => {
        const response = await orchestra.hub.routeRequest(
          {
            ...(server === '-' ? {} : { server }),
            params: { name: tool, arguments: parseArguments(flags.arg ?? [], flags.input) },
            ...(flags.maxCharge === undefined ? {} : { maxChargeUsd: flags.maxCharge }),
            ...(flags.idempotencyKey === undefined ? {} : { idempotencyKey: flags.idempotencyKey }),
          },
          flags.timeout === undefined ? {} : { timeoutMs: Number(flags.timeout) * 1_000 },
        )
        output.result(response, () => show(response, output))
        return response.result['isError'] === true ? EXIT_CODES.toolError : EXIT_CODES.ok
      }),
    )
}

function show({ result, receipt, attempts }: MCPResponse, { line, style }: Output): void {
  const content = Array.isArray(result['content']) ? result['content'] : [result]
  for (const part of content) line(textOf(part))
  const cost = receipt === undefined ? 'free' : `${costOf(receipt)}, ${receipt.eventId}`
  const again = attempts > 1 ? `, sent ${attempts} times` : ''
  line(style.dim(`— ${cost}${again}`))
}

function costOf({ charged, repeated }: Receipt): string {
  if (repeated) return 'paid before'
  return charged === undefined ? 'free' : formatMoney(charged)
}

function textOf(part: unknown): string {
  if (typeof part === 'object' && part !== null && 'text' in part) {
    if (typeof part.text === 'string') return part.text
  }
  return JSON.stringify(part, shorten, 2)
}

/** Longer texts in a result are blobs: the terminal is no place for them. */
const SHOWN_CHARS_MAX = 400

function shorten(_name: string, value: unknown): unknown {
  return typeof value === 'string' && value.length > SHOWN_CHARS_MAX
    ? `${value.slice(0, SHOWN_CHARS_MAX)}… (${value.length} characters)`
    : value
}
