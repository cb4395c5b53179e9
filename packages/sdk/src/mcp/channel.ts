import type { Deadline } from '../deadline.ts'
import type { FrameListener, Frames, MessageListener } from './exchange.ts'

/** One MCP request without its envelope. */
export type Call = {
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
  /** Sent as `Mcp-Param-{Name}` where the era has it. */
  readonly paramHeaders?: Readonly<Record<string, string>> | undefined
  readonly deadline: Deadline
  readonly onMessage?: MessageListener | undefined
  readonly onFrame?: FrameListener | undefined
}

/** The `result` member of a response, and the texts that it was asked and answered with. */
export type Result = { readonly result: Record<string, unknown>; readonly frames: Frames }

/** A way to send MCP requests to one endpoint, in one era. */
export interface Channel {
  readonly era: 'legacy' | 'modern'
  /** Throws the problem that an error stands for. */
  request(call: Call): Promise<Result>
  /** What the server said of itself when the channel was opened. */
  readonly server: Readonly<Record<string, unknown>>
  close(): Promise<void>
}

/** How the SDK names itself to MCP servers. */
export const CLIENT_INFO: { readonly name: string; readonly version: string } = {
  name: 'mcp-orchestra-sdk',
  version: '0.1.0',
}
