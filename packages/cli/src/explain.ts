import { formatMoney, OrchestraProblem } from '@mcp-orchestra/sdk'
import { UsageError } from './exit-code.ts'
import type { Output } from './output.ts'

/** What to do about a refusal, where there is something that helps nearly always. */
const ADVICE: Readonly<Record<string, string>> = {
  'sdk.unreachable':
    'Start the platform with "npm start", or say where it is: --url http://host:7300',
  'sdk.connection_lost': 'Look at "orchestra usage" before you repeat a call that is not free.',
  'upstream.authorization_required':
    'Connect your account: open that address, or use "orchestra servers connect <server>".',
  'upstream.authorization_refused':
    'Connect another account with "orchestra servers connect <server>".',
  'hub.connection_id_token_needed':
    'Give a fresh one: orchestra servers connect <server> --id-token-file <path>',
  'hub.connection_needs_member': 'Use a key that a person made, or --organization.',
  'hub.connection_client_needed':
    'Enter it: orchestra servers auth <server> --kind oauth --client-id <id>',
  'sdk.not_orchestra': 'Check --url and --gateway-url.',
}

/** Advice by HTTP status, when the code has none of its own. */
const ADVICE_BY_STATUS: Readonly<Record<number, string>> = {
  401: 'Check --api-key or ORCHESTRA_API_KEY; "orchestra keys list" shows which keys are active.',
  402: '"orchestra balance" shows what is there; an operator adds money with "orchestra top-up".',
  403: 'Ask for a key with that permission, or use the operator key of the data directory.',
}

/** An error as lines for a person: what happened, particulars, what to do. With `--json`, one document. */
export function explain(
  error: unknown,
  { style, isJson }: Pick<Output, 'style' | 'isJson'>,
): string[] {
  if (isJson) return [JSON.stringify(documentOf(error))]
  if (error instanceof UsageError) return [`${style.bad('✗')} ${error.message}`]
  if (!(error instanceof OrchestraProblem)) {
    return [`${style.bad('✗')} ${error instanceof Error ? error.message : String(error)}`]
  }
  const code = error.rpcCode === undefined ? error.code : `${error.code}, ${error.rpcCode}`
  const lines = [`${style.bad('✗')} ${error.title} ${style.dim(`(${code})`)}`]
  if (error.detail !== undefined && error.detail !== error.title) lines.push(`  ${error.detail}`)
  lines.push(...particulars(error).map((text) => `  ${text}`))
  const advice = ADVICE[error.code] ?? ADVICE_BY_STATUS[error.status]
  if (advice !== undefined) lines.push(style.dim(`  ${advice}`))
  if (error.instance !== undefined) lines.push(style.dim(`  request ${error.instance}`))
  return lines
}

/** The public members of a problem that a person can read: money, and the fields that were wrong. */
function particulars(problem: OrchestraProblem): string[] {
  return Object.entries(problem.members).flatMap(([name, value]) => {
    if (name === 'errors' && Array.isArray(value)) {
      return value.map((entry) => (typeof entry === 'string' ? entry : JSON.stringify(entry)))
    }
    if (isMoney(value)) return [`${name}: ${formatMoney(value)}`]
    return typeof value === 'string' || typeof value === 'number' ? [`${name}: ${value}`] : []
  })
}

function isMoney(value: unknown): value is { amount: string; asset: string } {
  if (typeof value !== 'object' || value === null) return false
  if (!('amount' in value) || !('asset' in value)) return false
  return typeof value.amount === 'string' && typeof value.asset === 'string'
}

function documentOf(error: unknown): unknown {
  if (!(error instanceof OrchestraProblem)) {
    return { code: 'cli.error', detail: error instanceof Error ? error.message : String(error) }
  }
  const { code, status, title, detail, retryable, rpcCode, members } = error
  return { code, status, title, detail, retryable, rpcCode, ...members }
}
