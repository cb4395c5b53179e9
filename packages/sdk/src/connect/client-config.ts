import { base64Text } from '../base64-text.ts'
import { shellText } from './shell-text.ts'
import { tomlKey, tomlText } from './toml-text.ts'

/**
 * MCP clients that we write configurations for. By ourselves and not by `@gleanwork/mcp-config-schema` 5.2,
 * which knows more clients: a browser would load 101 KB (gzip) of it for five texts, and it hands Claude
 * Desktop's bridge the key in an argument with a space, which some clients tear apart.
 */
export const MCP_CLIENTS = ['claude-code', 'claude-desktop', 'cursor', 'vscode', 'codex'] as const

/** The name of an MCP client: `orchestra connect <client>`. */
export type McpClient = (typeof MCP_CLIENTS)[number]

/** What a client has to know. */
export type ClientConfigOptions = {
  readonly gatewayUrl: string
  readonly apiKey: string
  /** The alias of one server; absent: the endpoint with all servers' tools. */
  readonly server?: string
  /** All servers' tools behind three that search, describe and call them: for hundreds of tools. Not with `server`. */
  readonly search?: boolean
}

/** How one MCP client is connected, ready to copy. It holds the key in clear. */
export type ClientConfig = {
  readonly client: McpClient
  /** The client's own name. */
  readonly title: string
  /** `command`: run it; `file`: put it into the file; `link`: open it, or put the text into the file. */
  readonly kind: 'command' | 'file' | 'link'
  readonly language: 'shell' | 'json' | 'toml'
  readonly text: string
  /** Where the text belongs, on macOS if systems differ. */
  readonly path?: string
  /** Where it belongs elsewhere. */
  readonly otherPaths?: readonly { readonly system: 'Linux' | 'Windows'; readonly path: string }[]
  /** Installs it in one click. */
  readonly link?: string
}

/** What all clients are told, each in its own words. */
type Entry = { readonly name: string; readonly url: string; readonly authorization: string }

const WRITERS: Readonly<Record<McpClient, (entry: Entry) => Omit<ClientConfig, 'client'>>> = {
  'claude-code': ({ name, url, authorization }) => ({
    title: 'Claude Code',
    kind: 'command',
    language: 'shell',
    text: [
      `claude mcp add --transport http ${shellText(name)} ${shellText(url)}`,
      `--header ${shellText(`Authorization: ${authorization}`)}`,
    ].join(' '),
  }),
  'claude-desktop': ({ name, url, authorization }) => ({
    title: 'Claude Desktop',
    kind: 'file',
    language: 'json',
    path: '~/Library/Application Support/Claude/claude_desktop_config.json',
    otherPaths: [
      { system: 'Windows', path: String.raw`%APPDATA%\Claude\claude_desktop_config.json` },
      { system: 'Linux', path: '~/.config/Claude/claude_desktop_config.json' },
    ],
    text: pretty({ mcpServers: { [name]: bridge(url, authorization) } }),
  }),
  cursor: (entry) => ({
    title: 'Cursor',
    kind: 'link',
    language: 'json',
    path: '~/.cursor/mcp.json',
    text: pretty({ mcpServers: { [entry.name]: remote(entry) } }),
    link: `cursor://anysphere.cursor-deeplink/mcp/install?name=${encodeURIComponent(entry.name)}&config=${encodeURIComponent(base64Text(JSON.stringify(remote(entry))))}`,
  }),
  vscode: (entry) => ({
    title: 'VS Code',
    kind: 'link',
    language: 'json',
    path: '~/Library/Application Support/Code/User/mcp.json',
    otherPaths: [
      { system: 'Windows', path: String.raw`%APPDATA%\Code\User\mcp.json` },
      { system: 'Linux', path: '~/.config/Code/User/mcp.json' },
    ],
    text: pretty({ servers: { [entry.name]: remote(entry) } }),
    link: `vscode:mcp/install?${encodeURIComponent(JSON.stringify({ name: entry.name, ...remote(entry) }))}`,
  }),
  codex: ({ name, url, authorization }) => ({
    title: 'Codex',
    kind: 'file',
    language: 'toml',
    path: '~/.codex/config.toml',
    text: [
      `[mcp_servers.${tomlKey(name)}]`,
      `url = ${tomlText(url)}`,
      `http_headers = { Authorization = ${tomlText(authorization)} }`,
    ].join('\n'),
  }),
}

/** The endpoint with all servers' tools. */
const ALL_TOOLS = { path: '/mcp', name: 'orchestra' }

/** The configurations of all clients, in the order of {@link MCP_CLIENTS}. */
export function clientConfigs(options: ClientConfigOptions): readonly ClientConfig[] {
  return MCP_CLIENTS.map((client) => clientConfig(client, options))
}

/** The configuration of one client. */
export function clientConfig(client: McpClient, options: ClientConfigOptions): ClientConfig {
  const { gatewayUrl, apiKey, server, search = false } = options
  const shared = search ? { path: '/t/mcp', name: 'orchestra-search' } : ALL_TOOLS
  const { path, name } =
    server === undefined
      ? shared
      : { path: `/s/${encodeURIComponent(server)}/mcp`, name: `orchestra-${server}` }
  return {
    client,
    ...WRITERS[client]({
      name,
      url: `${gatewayUrl.replace(/\/+$/, '')}${path}`,
      authorization: `Bearer ${apiKey}`,
    }),
  }
}

function remote({ url, authorization }: Entry): object {
  return { type: 'http', url, headers: { Authorization: authorization } }
}

/** Claude Desktop starts programs only: `mcp-remote` carries. The key is in `env`, where a space in it breaks nothing. */
function bridge(url: string, authorization: string): object {
  const { protocol, hostname } = new URL(url)
  // The bridge itself trusts plain HTTP to these two alone.
  const isTrusted = protocol === 'https:' || /^(localhost|127\.0\.0\.1)$/.test(hostname)
  return {
    command: 'npx',
    args: [
      '-y',
      'mcp-remote',
      url,
      '--transport',
      'http-only',
      ...(isTrusted ? [] : ['--allow-http']),
      '--header',
      'Authorization:${ORCHESTRA_AUTHORIZATION}',
    ],
    env: { ORCHESTRA_AUTHORIZATION: authorization },
  }
}

function pretty(value: object): string {
  return JSON.stringify(value, null, 2)
}
