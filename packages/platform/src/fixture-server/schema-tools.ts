import { fromJsonSchema, type McpServer } from '@modelcontextprotocol/server'
import { textResult } from './content.ts'

/** Every keyword that a re-modelling relay tends to lose (SEP-1613, SEP-2106). */
const WIDE_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  // oxlint-disable-next-line unicorn/no-thenable -- a JSON Schema keyword
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
}

/** A parameter that is mirrored in the header `Mcp-Param-Region` (SEP-2243). */
const MIRRORED_SCHEMA = {
  type: 'object' as const,
  properties: { region: { type: 'string' as const, 'x-mcp-header': 'Region' } },
  required: ['region'],
}

/** Registers the tools whose input schema is the point of them. */
export function registerSchemaTools(server: McpServer): void {
  server.registerTool(
    'json_schema_2020_12_tool',
    {
      description: 'Tool with JSON Schema 2020-12 features',
      inputSchema: fromJsonSchema(WIDE_SCHEMA),
    },
    () => textResult('accepted'),
  )
  server.registerTool(
    'test_x_mcp_header',
    {
      description: 'Has a parameter that is mirrored in a header (SEP-2243)',
      inputSchema: fromJsonSchema<{ region: string }>(MIRRORED_SCHEMA),
    },
    ({ region }) => textResult(`region=${region}`),
  )
}
