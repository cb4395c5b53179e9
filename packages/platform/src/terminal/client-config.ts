/** What an MCP client needs to know, in the form that Claude, Cursor and VS Code read. */
export function clientConfig(gatewayUrl: string, apiKey: string): string {
  const headers = JSON.stringify({ Authorization: `Bearer ${apiKey}` })
  return [
    '{ "mcpServers": { "orchestra": {',
    `    "type": "http", "url": ${JSON.stringify(`${gatewayUrl}/mcp`)},`,
    `    "headers": ${headers}`,
    '} } }',
  ].join('\n')
}
