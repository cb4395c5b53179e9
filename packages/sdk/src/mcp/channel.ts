import type { Deadline } from '../deadline.ts'
import type { MessageListener } from './exchange.ts'

/** One MCP request without its envelope. */
export type Call = {
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
  readonly deadline: Deadline
  readonly onMessage?: MessageListener | undefined
}

/** A way to send MCP requests to one endpoint, in one era. */
export interface Channel {
  readonly era: 'legacy' | 'modern'
  /** The `result` member; throws the problem that an error stands for. */
  request(call: Call): Promise<Record<string, unknown>>
  /** What the server said of itself when the channel was opened. */
  readonly server: Readonly<Record<string, unknown>>
  close(): Promise<void>
}

/** How the SDK names itself to MCP servers. */
export const CLIENT_INFO: { readonly name: string; readonly version: string } = {
  name: 'mcp-orchestra-sdk',
  version: '0.1.0',
}
