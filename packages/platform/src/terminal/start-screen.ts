import { clientConfig } from './client-config.ts'
import type { Style } from './style.ts'

/** What a start has to tell a person. */
export type StartFacts = {
  readonly version: string
  readonly startedInMs: number
  readonly controlPlaneUrl: string
  readonly gatewayUrl: string
  /** As the person would type it: relative where that is shorter. */
  readonly dataDir: string
  readonly isNew: boolean
  readonly gateways: number
  /** Only on the first start. */
  readonly signInLink: string | undefined
  readonly operatorKey: string
  /** The key that can call tools: the demo's payer, else the operator's. */
  readonly caller: { readonly apiKey: string; readonly file: string; readonly title: string }
  readonly demo: { readonly balance: string; readonly servers: readonly string[] } | undefined
}

/** The whole start screen, as lines. */
export function startScreen(facts: StartFacts, style: Style): string {
  return [
    '',
    banner(facts, style),
    '',
    ...addresses(facts, style),
    '',
    ...access(facts, style),
    '',
    ...tryIt(facts, style),
    '',
    ...closing(facts, style),
    '',
  ].join('\n')
}

function banner(facts: StartFacts, style: Style): string {
  const name = `${style.bold('MCP-Orchestra')} ${style.dim(facts.version)}`
  const seconds = (facts.startedInMs / 1000).toFixed(1)
  const found = facts.isNew ? 'first start' : 'everything found again'
  return `  ${name}  ${style.good(`ready in ${seconds} s`)} ${style.dim(`(${found})`)}`
}

/** Where the command line looks by itself. */
const DEFAULT_DATA_DIR = '.orchestra'

/** Width of the left column: the longest title and two spaces. */
const TITLE_CHARS = 17

function row(style: Style, title: string, value: string, note = ''): string {
  return `  ${style.dim(title.padEnd(TITLE_CHARS))}${value}${note === '' ? '' : `  ${style.dim(note)}`}`
}

function addresses(facts: StartFacts, style: Style): string[] {
  const { controlPlaneUrl, gatewayUrl } = facts
  return [
    row(style, 'Console', style.accent(`${controlPlaneUrl}/`), 'open it in a browser'),
    row(style, 'Control plane', style.accent(controlPlaneUrl)),
    row(style, 'API reference', style.accent(`${controlPlaneUrl}/reference`)),
    row(style, 'Gateway', style.accent(`${gatewayUrl}/mcp`), 'all servers behind one URL'),
    row(style, '', style.accent(`${gatewayUrl}/s/<server>/mcp`), 'one server, unchanged'),
  ]
}

function access(facts: StartFacts, style: Style): string[] {
  const { caller, demo, dataDir } = facts
  const operatorFile = `${dataDir}/secrets/operator-key`
  const lines: string[] = []
  if (facts.signInLink !== undefined) {
    lines.push(row(style, 'Sign in', style.accent(facts.signInLink), 'once, within 15 minutes'))
  }
  if (facts.isNew) {
    lines.push(row(style, 'Operator key', facts.operatorKey))
    if (demo !== undefined) lines.push(row(style, caller.title, caller.apiKey))
    lines.push(row(style, '', style.dim(`both kept in ${dataDir}/secrets (mode 0600)`)))
  } else {
    lines.push(row(style, 'Operator key', operatorFile, 'the file that holds it'))
    if (demo !== undefined) lines.push(row(style, caller.title, caller.file))
  }
  if (demo !== undefined) {
    lines.push(row(style, 'Demo', demo.servers.join(', ')))
    lines.push(row(style, '', `${demo.balance} to spend`, 'echo costs 0.001 USD a call'))
  }
  return lines
}

function tryIt(facts: StartFacts, style: Style): string[] {
  const { caller, gatewayUrl, demo } = facts
  const orchestra = `    npm run -s orchestra --${facts.dataDir === DEFAULT_DATA_DIR ? '' : ` --data-dir ${facts.dataDir}`}`
  const lines = [style.bold('  Try it')]
  if (demo !== undefined) {
    lines.push(`${orchestra} call everything echo --arg message=hello`)
    lines.push(`${orchestra} ledger`)
  }
  lines.push(`${orchestra} status`, '', ...curl(facts), '')
  if (facts.isNew) {
    lines.push(style.bold('  For your MCP client (Claude, Cursor, VS Code)'))
    const json = clientConfig(gatewayUrl, caller.apiKey)
    lines.push(...json.split('\n').map((line) => `    ${line}`))
  } else {
    lines.push(row(style, 'MCP client', `${facts.dataDir}/client-config.json`, 'to paste'))
  }
  return lines
}

/** One line that answers: the first message of MCP, in its legacy era, which every client speaks. */
function curl({ gatewayUrl, caller }: StartFacts): string[] {
  const hello = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'curl', version: '1' },
    },
  })
  return [
    `    curl -s ${gatewayUrl}/mcp -H "Authorization: Bearer $(cat ${caller.file})" \\`,
    `      -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' \\`,
    `      -d '${hello}'`,
  ]
}

function closing(facts: StartFacts, style: Style): string[] {
  const gateways = facts.gateways === 1 ? 'one gateway' : `${facts.gateways} gateways`
  return [
    row(style, 'Data', facts.dataDir, 'database, journals, secrets, logs'),
    row(style, 'Running', `database, control plane, ${gateways}`, 'Ctrl-C stops all, in order'),
  ]
}
