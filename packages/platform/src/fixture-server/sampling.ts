import {
  inputRequired,
  inputResponse,
  type InputRequest,
  type ServerContext,
} from '@modelcontextprotocol/server'

/** A question to the client's model. */
export function askToSample(text: string, maxTokens: number): InputRequest {
  return inputRequired.createMessage({
    messages: [{ role: 'user', content: { type: 'text', text } }],
    maxTokens,
  })
}

/** What the client's model answered to the question of this key; undefined while it has not. */
export function sampledText(ctx: ServerContext, key: string): string | undefined {
  const view = inputResponse(ctx.mcpReq.inputResponses, key)
  if (view.kind !== 'sampling') return undefined
  const { content } = view.result
  return !Array.isArray(content) && content.type === 'text' ? content.text : 'no text'
}
