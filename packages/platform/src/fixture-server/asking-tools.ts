import {
  inputRequired,
  inputResponse,
  type ElicitRequestFormParams,
  type McpServer,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import { textResult } from './content.ts'
import { askToSample, sampledText } from './sampling.ts'

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

/**
 * Registers the tools that ask the client before they answer. They ask in the way of the era: with a request of
 * their own on a legacy session, with `input_required` on 2026-07-28 (the SDK knows which).
 */
export function registerAskingTools(server: McpServer): void {
  server.registerTool(
    'test_sampling',
    { description: 'Asks for a completion', inputSchema: z.object({ prompt: z.string() }) },
    ({ prompt }, ctx) => {
      const said = sampledText(ctx, 'completion')
      if (said !== undefined) return textResult(`LLM response: ${said}`)
      const completion = askToSample(prompt, 100)
      return inputRequired({ inputRequests: { completion } })
    },
  )
  server.registerTool(
    'test_sampling_with_tools',
    { description: 'Asks for a completion that may use a tool (2025-11-25)' },
    (ctx) => {
      const said = inputResponse(ctx.mcpReq.inputResponses, 'completion')
      if (said.kind === 'sampling') return textResult(JSON.stringify(said.result.content))
      const completion = inputRequired.createMessage({
        messages: [{ role: 'user', content: { type: 'text', text: 'How warm is it?' } }],
        maxTokens: 100,
        tools: [{ name: 'thermometer', inputSchema: { type: 'object' } }],
        toolChoice: { mode: 'required' },
      })
      return inputRequired({ inputRequests: { completion } })
    },
  )
  server.registerTool(
    'test_elicitation',
    { description: 'Asks a person', inputSchema: z.object({ message: z.string() }) },
    ({ message }, ctx) => {
      const answer = inputResponse(ctx.mcpReq.inputResponses, 'user')
      if (answer.kind === 'elicit') return textResult(`User response: ${describeAnswer(answer)}`)
      const user = inputRequired.elicit({
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
      return inputRequired({ inputRequests: { user } })
    },
  )
  for (const [name, requestedSchema] of [
    ['test_elicitation_sep1034_defaults', DEFAULTS_SCHEMA],
    ['test_elicitation_sep1330_enums', ENUMS_SCHEMA],
  ] as const) {
    server.registerTool(name, { description: 'Asks a person with a form' }, (ctx) => {
      const answer = inputResponse(ctx.mcpReq.inputResponses, 'form')
      if (answer.kind === 'elicit') {
        return textResult(`Elicitation completed: ${describeAnswer(answer)}`)
      }
      const form = inputRequired.elicit({ message: 'Please fill in', requestedSchema })
      return inputRequired({ inputRequests: { form } })
    })
  }
  server.registerTool(
    'test_elicitation_url',
    { description: 'Sends a person to a page' },
    (ctx) => {
      const answer = inputResponse(ctx.mcpReq.inputResponses, 'page')
      if (answer.kind === 'elicit') return textResult(`Page: ${answer.action}`)
      const page = inputRequired.elicitUrl({
        message: 'Please sign in',
        url: 'https://sign-in.example.test/start?case=1',
      })
      return inputRequired({ inputRequests: { page } })
    },
  )
  server.registerTool('test_list_roots', { description: 'Asks for the roots' }, (ctx) => {
    const view = inputResponse(ctx.mcpReq.inputResponses, 'roots')
    if (view.kind === 'roots') {
      return textResult(`Roots: ${view.roots.map((root) => root.uri).join(', ')}`)
    }
    return inputRequired({ inputRequests: { roots: inputRequired.listRoots() } })
  })
}

function describeAnswer(answer: { action: string; content?: unknown }): string {
  return `action=${answer.action}, content=${JSON.stringify(answer.content ?? {})}`
}
