/** What an HTTP path means over HTTP+SSE (MCP 2024-11-05): a stream, or the address of one session's messages. */
export type SsePath = {
  /** The path of the same endpoint over streamable HTTP. */
  readonly endpointPath: string
  /** The path at which the stream is opened. */
  readonly streamPath: string
  /** The stream that a message is for; undefined at the stream's own path. */
  readonly channelId: string | undefined
}

const PATH = /^(\/.*)?\/sse(?:\/([A-Za-z0-9_.~-]{1,200}))?$/

/** Reads a path; undefined when it is none of this transport. */
export function readSsePath(path: string): SsePath | undefined {
  const match = PATH.exec(path)
  if (match === null) return undefined
  const [, prefix = '', channelId] = match
  return { endpointPath: `${prefix}/mcp`, streamPath: `${prefix}/sse`, channelId }
}
