/** What an MCP client needs to know, in the form that Claude, Cursor and VS Code read. */
export function clientConfig(gatewayUrl: string, apiKey: string): string {
  const orchestra = {
    type: 'http',
    url: `${gatewayUrl}/mcp`,
    headers: { Authorization: `Bearer ${apiKey}` },
  }
  return JSON.stringify({ mcpServers: { orchestra } }, null, 2)
}
