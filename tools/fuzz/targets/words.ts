const ENVELOPE =
  '"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{},"progressToken":7,"io.mcp-orchestra/attempt":2}'

/** A message of each kind. */
export const MESSAGES: readonly string[] = [
  `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add","arguments":{"a":1},${ENVELOPE}}}`,
  `{"jsonrpc":"2.0","id":"x","method":"resources/read","params":{"uri":"file:///a",${ENVELOPE}}}`,
  `{"jsonrpc":"2.0","id":2,"method":"tasks/get","params":{"taskId":"t",${ENVELOPE}}}`,
  '{"jsonrpc":"2.0","id":3,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}',
  '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}',
  '{ "result": {"content":[], "isError":true, "_meta":{"a":1, "io.mcp-orchestra/receipt":{"x":1}}} , "id" : 5, "jsonrpc":"2.0" }',
  '{"jsonrpc":"2.0","id":"6","error":{"code":-32000,"message":"no"}}',
]

/** Words of MCP's messages that readers look for. */
export const WORDS: readonly string[] = [
  ...['jsonrpc', '2.0', 'id', 'method', 'params', 'result', 'error', 'name', 'uri', '_meta'].map(
    (word) => JSON.stringify(word),
  ),
  ...['requestId', 'progressToken', 'taskId', 'requestState', 'isError', 'resultType'].map(
    (word) => `"${word}":1,`,
  ),
  '"io.mcp-orchestra/receipt":1',
  '"io.mcp-orchestra/price":1',
  '"io.mcp-orchestra/idempotency-key":"k",',
  'tools/call',
  'prompts/get',
  'resources/read',
  'initialize',
  '__proto__',
  '\\u0069d',
  '\\ud800',
  '2026-07-28',
  '2025-11-25',
  '2025-06-18',
  '2025-03-26',
  '2024-11-05',
]
