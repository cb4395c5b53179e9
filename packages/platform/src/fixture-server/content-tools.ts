import type { McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { PIXEL_PNG, SILENCE_WAV, STATIC_LINK, textResult } from './content.ts'

/** Registers the tools that answer at once with one or more kinds of content. */
export function registerContentTools(server: McpServer): void {
  server.registerTool('test_simple_text', { description: 'Answers a text' }, () =>
    textResult('This is a simple text response for testing.'),
  )
  server.registerTool('test_image_content', { description: 'Answers a picture' }, () => ({
    content: [{ type: 'image', data: PIXEL_PNG, mimeType: 'image/png' }],
  }))
  server.registerTool('test_audio_content', { description: 'Answers a sound' }, () => ({
    content: [{ type: 'audio', data: SILENCE_WAV, mimeType: 'audio/wav' }],
  }))
  server.registerTool('test_embedded_resource', { description: 'Answers a resource' }, () => ({
    content: [
      {
        type: 'resource',
        resource: {
          uri: 'test://embedded-resource',
          mimeType: 'text/plain',
          text: 'This is an embedded resource content.',
        },
      },
    ],
  }))
  server.registerTool(
    'test_multiple_content_types',
    { description: 'Answers three kinds' },
    () => ({
      content: [
        { type: 'text', text: 'Multiple content types test:' },
        { type: 'image', data: PIXEL_PNG, mimeType: 'image/png' },
        {
          type: 'resource',
          resource: {
            uri: 'test://mixed-content-resource',
            mimeType: 'application/json',
            text: '{"test":"data","value":123}',
          },
        },
      ],
    }),
  )
  server.registerTool('test_error_handling', { description: 'Always fails' }, () => {
    throw new Error('This tool intentionally returns an error for testing')
  })
  server.registerTool(
    'test_structured_content',
    {
      description: 'Answers structured content with its schema',
      outputSchema: z.object({ city: z.string(), degrees: z.number() }),
      annotations: { readOnlyHint: true, title: 'Structured' },
    },
    () => ({
      content: [{ type: 'text', text: '{"city":"Oslo","degrees":-3.5}' }],
      structuredContent: { city: 'Oslo', degrees: -3.5 },
    }),
  )
  server.registerTool(
    'test_structured_list',
    {
      description: 'Answers a list, which is no object',
      outputSchema: z.array(z.string()),
    },
    () => ({
      content: [{ type: 'text', text: '["a","b"]' }],
      structuredContent: ['a', 'b'],
    }),
  )
  server.registerTool('test_resource_link', { description: 'Answers a link' }, () => ({
    content: [STATIC_LINK],
  }))
  server.registerTool('test_echo_meta', { description: 'Answers what _meta it got' }, (ctx) =>
    textResult(JSON.stringify(ctx.mcpReq._meta ?? {})),
  )
}
