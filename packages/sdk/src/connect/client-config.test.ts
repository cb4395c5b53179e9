import fc from 'fast-check'
import { parse as parseToml } from 'smol-toml'
import { describe, expect, test } from 'vitest'
import {
  clientConfig,
  clientConfigs,
  MCP_CLIENTS,
  type ClientConfigOptions,
} from './client-config.ts'

const PLATFORM: ClientConfigOptions = {
  gatewayUrl: 'http://127.0.0.1:7301',
  apiKey: 'mcpo_live_0123456789',
}

describe('the configuration of', () => {
  test('Claude Code is one command, the same in every shell', () => {
    expect(clientConfig('claude-code', PLATFORM)).toMatchInlineSnapshot(`
      {
        "client": "claude-code",
        "kind": "command",
        "language": "shell",
        "text": "claude mcp add --transport http orchestra http://127.0.0.1:7301/mcp --header "Authorization: Bearer mcpo_live_0123456789"",
        "title": "Claude Code",
      }
    `)
  })

  test('Claude Desktop is a file with the bridge, and the key in its environment', () => {
    expect(clientConfig('claude-desktop', PLATFORM)).toMatchInlineSnapshot(`
      {
        "client": "claude-desktop",
        "kind": "file",
        "language": "json",
        "otherPaths": [
          {
            "path": "%APPDATA%\\Claude\\claude_desktop_config.json",
            "system": "Windows",
          },
          {
            "path": "~/.config/Claude/claude_desktop_config.json",
            "system": "Linux",
          },
        ],
        "path": "~/Library/Application Support/Claude/claude_desktop_config.json",
        "text": "{
        "mcpServers": {
          "orchestra": {
            "command": "npx",
            "args": [
              "-y",
              "mcp-remote",
              "http://127.0.0.1:7301/mcp",
              "--transport",
              "http-only",
              "--header",
              "Authorization:\${ORCHESTRA_AUTHORIZATION}"
            ],
            "env": {
              "ORCHESTRA_AUTHORIZATION": "Bearer mcpo_live_0123456789"
            }
          }
        }
      }",
        "title": "Claude Desktop",
      }
    `)
  })

  test('Cursor is a link, and the file that it would write', () => {
    expect(clientConfig('cursor', PLATFORM)).toMatchInlineSnapshot(`
      {
        "client": "cursor",
        "kind": "link",
        "language": "json",
        "link": "cursor://anysphere.cursor-deeplink/mcp/install?name=orchestra&config=eyJ0eXBlIjoiaHR0cCIsInVybCI6Imh0dHA6Ly8xMjcuMC4wLjE6NzMwMS9tY3AiLCJoZWFkZXJzIjp7IkF1dGhvcml6YXRpb24iOiJCZWFyZXIgbWNwb19saXZlXzAxMjM0NTY3ODkifX0%3D",
        "path": "~/.cursor/mcp.json",
        "text": "{
        "mcpServers": {
          "orchestra": {
            "type": "http",
            "url": "http://127.0.0.1:7301/mcp",
            "headers": {
              "Authorization": "Bearer mcpo_live_0123456789"
            }
          }
        }
      }",
        "title": "Cursor",
      }
    `)
  })

  test('VS Code is a link, and the file that it would write', () => {
    expect(clientConfig('vscode', PLATFORM)).toMatchInlineSnapshot(`
      {
        "client": "vscode",
        "kind": "link",
        "language": "json",
        "link": "vscode:mcp/install?%7B%22name%22%3A%22orchestra%22%2C%22type%22%3A%22http%22%2C%22url%22%3A%22http%3A%2F%2F127.0.0.1%3A7301%2Fmcp%22%2C%22headers%22%3A%7B%22Authorization%22%3A%22Bearer%20mcpo_live_0123456789%22%7D%7D",
        "otherPaths": [
          {
            "path": "%APPDATA%\\Code\\User\\mcp.json",
            "system": "Windows",
          },
          {
            "path": "~/.config/Code/User/mcp.json",
            "system": "Linux",
          },
        ],
        "path": "~/Library/Application Support/Code/User/mcp.json",
        "text": "{
        "servers": {
          "orchestra": {
            "type": "http",
            "url": "http://127.0.0.1:7301/mcp",
            "headers": {
              "Authorization": "Bearer mcpo_live_0123456789"
            }
          }
        }
      }",
        "title": "VS Code",
      }
    `)
  })

  test('Codex is a table of its file', () => {
    expect(clientConfig('codex', PLATFORM)).toMatchInlineSnapshot(`
      {
        "client": "codex",
        "kind": "file",
        "language": "toml",
        "path": "~/.codex/config.toml",
        "text": "[mcp_servers.orchestra]
      url = "http://127.0.0.1:7301/mcp"
      http_headers = { Authorization = "Bearer mcpo_live_0123456789" }",
        "title": "Codex",
      }
    `)
  })

  test('one server alone has a name and an address of its own', () => {
    const texts = clientConfigs({ ...PLATFORM, server: 'everything' }).map(({ text }) => text)
    for (const text of texts) {
      expect(text).toContain('orchestra-everything')
      expect(text).toContain('http://127.0.0.1:7301/s/everything/mcp')
    }
  })

  test('the endpoint that is searched has a name and an address of its own', () => {
    const texts = clientConfigs({ ...PLATFORM, search: true }).map(({ text }) => text)
    for (const text of texts) {
      expect(text).toContain('orchestra-search')
      expect(text).toContain('http://127.0.0.1:7301/t/mcp')
    }
  })
})

test('every client has one, with what it needs to be used', () => {
  const configs = clientConfigs(PLATFORM)
  expect(configs.map(({ client }) => client)).toEqual([...MCP_CLIENTS])
  for (const { kind, path, link } of configs) {
    expect([kind, path !== undefined, link !== undefined]).toEqual([
      kind,
      kind !== 'command',
      kind === 'link',
    ])
  }
})

test('the bridge is told to speak plain HTTP only where nothing else is spoken', () => {
  const isAllowed = (gatewayUrl: string): boolean =>
    clientConfig('claude-desktop', { ...PLATFORM, gatewayUrl }).text.includes('--allow-http')
  expect(isAllowed('http://127.0.0.1:7301')).toBe(false)
  expect(isAllowed('http://localhost:7301')).toBe(false)
  expect(isAllowed('https://mcp.example')).toBe(false)
  expect(isAllowed('http://192.168.0.7:7301')).toBe(true)
})

describe('whatever the key holds, the client reads exactly that', () => {
  const options = fc.record({
    gatewayUrl: fc.webUrl({ validSchemes: ['http', 'https'] }),
    apiKey: fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.stringMatching(/^["'\\$`%!{}\n\r\t\u007F ]{1,12}$/),
    ),
    server: fc.oneof(fc.stringMatching(/^[a-z0-9-]{1,20}$/), fc.string({ unit: 'grapheme' })),
  })
  const expectedOf = ({ gatewayUrl, apiKey, server = '' }: ClientConfigOptions) => ({
    name: `orchestra-${server}`,
    url: `${gatewayUrl.replace(/\/+$/, '')}/s/${encodeURIComponent(server)}/mcp`,
    authorization: `Bearer ${apiKey}`,
  })

  test('as JSON', () => {
    fc.assert(
      fc.property(options, (given) => {
        const { name, url, authorization } = expectedOf(given)
        const remote = { type: 'http', url, headers: { Authorization: authorization } }
        expect(JSON.parse(clientConfig('cursor', given).text)).toEqual(
          own('mcpServers', name, remote),
        )
        expect(JSON.parse(clientConfig('vscode', given).text)).toEqual(own('servers', name, remote))
        const desktop = clientConfig('claude-desktop', given).text
        expect(JSON.parse(desktop)).toMatchObject(
          own('mcpServers', name, { env: { ORCHESTRA_AUTHORIZATION: authorization } }),
        )
      }),
    )
  })

  test('as TOML', () => {
    fc.assert(
      fc.property(options, (given) => {
        const { name, url, authorization } = expectedOf(given)
        expect(parseToml(clientConfig('codex', given).text)).toEqual(
          own('mcp_servers', name, { url, http_headers: { Authorization: authorization } }),
        )
      }),
    )
  })

  test('as a link', () => {
    fc.assert(
      fc.property(options, (given) => {
        const { name, url, authorization } = expectedOf(given)
        const remote = { type: 'http', url, headers: { Authorization: authorization } }
        const cursor = new URL(clientConfig('cursor', given).link ?? '').searchParams
        expect(cursor.get('name')).toBe(name)
        const bytes = Uint8Array.from(atob(cursor.get('config') ?? ''), (char) =>
          char.charCodeAt(0),
        )
        expect(JSON.parse(new TextDecoder().decode(bytes))).toEqual(remote)
        const { search } = new URL(clientConfig('vscode', given).link ?? '')
        expect(JSON.parse(decodeURIComponent(search.slice(1)))).toEqual({ name, ...remote })
      }),
    )
  })
})

/** `{ [outer]: { [name]: value } }` also for names like `__proto__`. */
function own(outer: string, name: string, value: unknown): object {
  return { [outer]: Object.fromEntries([[name, value]]) }
}
