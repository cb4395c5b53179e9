import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  inputRequired,
  inputResponse,
  type McpServer,
  type RequestStateCodec,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import { textResult } from './content.ts'
import { askToSample, sampledText } from './sampling.ts'

/** What the fixture seals into `requestState`: which step of which tool it is the end of. */
export type StepState = { readonly tool: string; readonly step: number }

const Name = z.object({ name: z.string() })
const Confirmation = z.object({ ok: z.boolean() })
/** What a client may say that it can answer, as far as the fixture asks it. */
const Declared = z.object({ elicitation: z.unknown(), sampling: z.unknown() }).partial()
const Colour = z.object({ color: z.string() })

const askName = (message = 'What is your name?') =>
  inputRequired.elicit({ message, requestedSchema: Name })

/**
 * Registers the tools that answer `input_required` first (2026-07-28, SEP-2322); on a legacy session the SDK asks
 * the same with requests to the client.
 */
export function registerRoundTripTools(
  server: McpServer,
  codec: RequestStateCodec<StepState>,
): void {
  registerSingleRoundTools(server)
  registerStatefulTools(server, codec)
  registerCapabilityTools(server)
}

function registerSingleRoundTools(server: McpServer): void {
  server.registerTool(
    'test_input_required_result_elicitation',
    { description: 'Asks for a name first' },
    (ctx) => {
      const accepted = acceptedContent(ctx.mcpReq.inputResponses, 'user_name', Name)
      if (accepted === undefined) return inputRequired({ inputRequests: { user_name: askName() } })
      return textResult(`Hello, ${accepted.name}!`)
    },
  )
  server.registerTool(
    'test_input_required_result_sampling',
    { description: 'Asks for a completion first' },
    (ctx) => {
      const said = sampledText(ctx, 'capital_question')
      if (said !== undefined) return textResult(said)
      const question = askToSample('What is the capital of France?', 100)
      return inputRequired({ inputRequests: { capital_question: question } })
    },
  )
  server.registerTool(
    'test_input_required_result_list_roots',
    { description: 'Asks for the roots first' },
    (ctx) => {
      const view = inputResponse(ctx.mcpReq.inputResponses, 'client_roots')
      if (view.kind === 'roots') {
        return textResult(`Roots: ${view.roots.map((root) => root.uri).join(', ')}`)
      }
      return inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } })
    },
  )
}

function registerStatefulTools(server: McpServer, codec: RequestStateCodec<StepState>): void {
  for (const tool of [
    'test_input_required_result_request_state',
    'test_input_required_result_tampered_state',
  ]) {
    server.registerTool(tool, { description: 'Asks first and seals where it was' }, async (ctx) => {
      const state = ctx.mcpReq.requestState<StepState>()
      const accepted = acceptedContent(ctx.mcpReq.inputResponses, 'confirm', Confirmation)
      if (accepted !== undefined && state?.tool === tool) return textResult('state-ok')
      const confirm = inputRequired.elicit({
        message: 'Please confirm',
        requestedSchema: Confirmation,
      })
      const requestState = await codec.mint({ tool, step: 1 }, ctx)
      return inputRequired({ inputRequests: { confirm }, requestState })
    })
  }
  const multiple = 'test_input_required_result_multiple_inputs'
  server.registerTool(multiple, { description: 'Asks three things at once' }, async (ctx) => {
    const name = acceptedContent(ctx.mcpReq.inputResponses, 'user_name', Name)
    const greeting = sampledText(ctx, 'greeting')
    const roots = inputResponse(ctx.mcpReq.inputResponses, 'client_roots')
    if (name !== undefined && greeting !== undefined && roots.kind === 'roots') {
      return textResult(`${greeting} ${name.name} (${roots.roots.length} roots)`)
    }
    return inputRequired({
      inputRequests: {
        user_name: askName(),
        greeting: askToSample('Generate a greeting', 50),
        client_roots: inputRequired.listRoots(),
      },
      requestState: await codec.mint({ tool: multiple, step: 1 }, ctx),
    })
  })
  const rounds = 'test_input_required_result_multi_round'
  server.registerTool(rounds, { description: 'Asks twice in a row' }, async (ctx) => {
    const step = ctx.mcpReq.requestState<StepState>()?.step ?? 0
    const colour = acceptedContent(ctx.mcpReq.inputResponses, 'step2', Colour)
    if (step === 2 && colour !== undefined) return textResult(`Favorite color: ${colour.color}`)
    const named = acceptedContent(ctx.mcpReq.inputResponses, 'step1', Name) !== undefined
    if (step === 2 || (step === 1 && named)) {
      const step2 = inputRequired.elicit({
        message: 'Step 2: What is your favorite color?',
        requestedSchema: Colour,
      })
      const requestState = await codec.mint({ tool: rounds, step: 2 }, ctx)
      return inputRequired({ inputRequests: { step2 }, requestState })
    }
    const requestState = await codec.mint({ tool: rounds, step: 1 }, ctx)
    const step1 = askName('Step 1: What is your name?')
    return inputRequired({ inputRequests: { step1 }, requestState })
  })
}

function registerCapabilityTools(server: McpServer): void {
  server.registerTool(
    'test_input_required_result_capabilities',
    { description: 'Asks only what the client said it can answer' },
    (ctx) => {
      const envelope: Readonly<Record<string, unknown>> = ctx.mcpReq.envelope ?? {}
      // A legacy session said it once, when it opened.
      const declared =
        envelope[CLIENT_CAPABILITIES_META_KEY] ?? server.server.getClientCapabilities()
      const can = Declared.parse(declared ?? {})
      if (ctx.mcpReq.inputResponses !== undefined) return textResult('answered')
      const inputRequests = {
        ...(can.elicitation === undefined ? {} : { user_name: askName() }),
        ...(can.sampling === undefined ? {} : { greeting: askToSample('Say hello', 20) }),
      }
      if (Object.keys(inputRequests).length === 0) return textResult('nothing can be asked')
      return inputRequired({ inputRequests })
    },
  )
  server.registerTool(
    'test_missing_capability',
    { description: 'Needs sampling: -32021 for a client without it' },
    (ctx) => {
      const said = sampledText(ctx, 'needed')
      if (said !== undefined) return textResult(said)
      return inputRequired({ inputRequests: { needed: askToSample('Say anything', 20) } })
    },
  )
  server.registerTool(
    'test_streaming_elicitation',
    { description: 'Streams a notification, then asks' },
    async (ctx) => {
      const accepted = acceptedContent(ctx.mcpReq.inputResponses, 'user_name', Name)
      if (accepted !== undefined) return textResult(`Hello, ${accepted.name}!`)
      await ctx.mcpReq.log('info', 'about to ask')
      return inputRequired({ inputRequests: { user_name: askName() } })
    },
  )
}
