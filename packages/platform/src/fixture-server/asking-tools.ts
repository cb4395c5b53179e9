import type { ElicitRequestFormParams, McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { textResult } from './content.ts'

/** One default of each primitive type (SEP-1034). */
const DEFAULTS_SCHEMA: ElicitRequestFormParams['requestedSchema'] = {
  type: 'object',
  properties: {
    name: { type: 'string', description: 'User name', default: 'John Doe' },
    age: { type: 'integer', description: 'User age', default: 30 },
    score: { type: 'number', description: 'User score', default: 95.5 },
    status: {
      type: 'string',
      description: 'User status',
      enum: ['active', 'inactive', 'pending'],
      default: 'active',
    },
    verified: { type: 'boolean', description: 'Verification status', default: true },
  },
  required: [],
}

/** The five ways to offer a choice (SEP-1330). */
const ENUMS_SCHEMA: ElicitRequestFormParams['requestedSchema'] = {
  type: 'object',
  properties: {
    untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
    titledSingle: {
      type: 'string',
      oneOf: [
        { const: 'value1', title: 'First Option' },
        { const: 'value2', title: 'Second Option' },
        { const: 'value3', title: 'Third Option' },
      ],
    },
    legacyEnum: {
      type: 'string',
      enum: ['opt1', 'opt2', 'opt3'],
      enumNames: ['Option One', 'Option Two', 'Option Three'],
    },
    untitledMulti: {
      type: 'array',
      items: { type: 'string', enum: ['option1', 'option2', 'option3'] },
    },
    titledMulti: {
      type: 'array',
      items: {
        anyOf: [
          { const: 'value1', title: 'First Choice' },
          { const: 'value2', title: 'Second Choice' },
          { const: 'value3', title: 'Third Choice' },
        ],
      },
    },
  },
  required: [],
}

/** Registers the tools that ask the client while the call is open: legacy revisions only, where a server may. */
export function registerAskingTools(server: McpServer): void {
  server.registerTool(
    'test_sampling',
    { description: 'Asks for a completion', inputSchema: z.object({ prompt: z.string() }) },
    async ({ prompt }, ctx) => {
      const { content } = await ctx.mcpReq.requestSampling({
        messages: [{ role: 'user', content: { type: 'text', text: prompt } }],
        maxTokens: 100,
      })
      const said = !Array.isArray(content) && content.type === 'text' ? content.text : 'no text'
      return textResult(`LLM response: ${said}`)
    },
  )
  server.registerTool(
    'test_elicitation',
    { description: 'Asks a person', inputSchema: z.object({ message: z.string() }) },
    async ({ message }, ctx) => {
      const answer = await ctx.mcpReq.elicitInput({
        message,
        requestedSchema: {
          type: 'object',
          properties: {
            username: { type: 'string', description: "User's response" },
            email: { type: 'string', description: "User's email address" },
          },
          required: ['username', 'email'],
        },
      })
      return textResult(`User response: ${describeAnswer(answer)}`)
    },
  )
  for (const [name, requestedSchema] of [
    ['test_elicitation_sep1034_defaults', DEFAULTS_SCHEMA],
    ['test_elicitation_sep1330_enums', ENUMS_SCHEMA],
  ] as const) {
    server.registerTool(name, { description: 'Asks a person with a form' }, async (ctx) => {
      const answer = await ctx.mcpReq.elicitInput({ message: 'Please fill in', requestedSchema })
      return textResult(`Elicitation completed: ${describeAnswer(answer)}`)
    })
  }
  server.registerTool('test_list_roots', { description: 'Asks for the roots' }, async (ctx) => {
    const { roots } = await ctx.mcpReq.send({ method: 'roots/list' })
    return textResult(`Roots: ${roots.map((root) => root.uri).join(', ')}`)
  })
}

function describeAnswer(answer: { action: string; content?: unknown }): string {
  return `action=${answer.action}, content=${JSON.stringify(answer.content ?? {})}`
}
