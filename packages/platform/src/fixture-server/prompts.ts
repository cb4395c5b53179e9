import {
  acceptedContent,
  completable,
  inputRequired,
  type McpServer,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import { PIXEL_PNG } from './content.ts'

const CITIES = ['paris', 'park', 'party']
const Context = z.object({ context: z.string() })

const userText = (text: string) => ({
  role: 'user' as const,
  content: { type: 'text' as const, text },
})

/** Registers the prompts, one of which completes its arguments and one of which asks first. */
export function registerPrompts(server: McpServer): void {
  server.registerPrompt('test_simple_prompt', { description: 'A text' }, () => ({
    messages: [userText('This is a simple prompt for testing.')],
  }))
  server.registerPrompt(
    'test_prompt_with_arguments',
    {
      description: 'Two arguments',
      argsSchema: z.object({
        arg1: completable(z.string().describe('First test argument'), (value) =>
          CITIES.filter((city) => city.startsWith(value)),
        ),
        arg2: z.string().describe('Second test argument'),
      }),
    },
    ({ arg1, arg2 }) => ({
      messages: [userText(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)],
    }),
  )
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    {
      description: 'A resource inside',
      argsSchema: z.object({ resourceUri: z.string().describe('URI of the resource to embed') }),
    },
    ({ resourceUri }) => ({
      messages: [
        {
          role: 'user',
          content: {
            type: 'resource',
            resource: {
              uri: resourceUri,
              mimeType: 'text/plain',
              text: 'Embedded resource content for testing.',
            },
          },
        },
        userText('Please process the embedded resource above.'),
      ],
    }),
  )
  server.registerPrompt('test_prompt_with_image', { description: 'A picture inside' }, () => ({
    messages: [
      { role: 'user', content: { type: 'image', data: PIXEL_PNG, mimeType: 'image/png' } },
      userText('Please analyze the image above.'),
    ],
  }))
  server.registerPrompt(
    'test_input_required_result_prompt',
    { description: 'Asks for a context first' },
    (ctx) => {
      const accepted = acceptedContent(ctx.mcpReq.inputResponses, 'user_context', Context)
      if (accepted !== undefined) return { messages: [userText(`Context: ${accepted.context}`)] }
      const question = inputRequired.elicit({
        message: 'What context should the prompt use?',
        requestedSchema: Context,
      })
      return inputRequired({ inputRequests: { user_context: question } })
    },
  )
}
