import { setTimeout as sleep } from 'node:timers/promises'
import type { McpServer, ServerContext, ServerEventBus } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { textResult } from './content.ts'
import { WATCHED_RESOURCE } from './resources.ts'

/** Time between two messages of one call: long enough that they are two reads for a client, in milliseconds. */
const STEP_MS = 50
/** Time between closing the stream and answering: the client has to come back for the answer, in milliseconds. */
const AWAY_MS = 100

/** Registers the tools that say something before they answer: log, progress, changes, a closed stream. */
export function registerNotifyingTools(
  server: McpServer,
  bus: ServerEventBus,
  onCancelledWait: (ms: number) => void,
): void {
  server.registerTool('test_tool_with_logging', { description: 'Logs thrice' }, async (ctx) => {
    await ctx.mcpReq.log('info', 'Tool execution started')
    await sleep(STEP_MS)
    await ctx.mcpReq.log('info', 'Tool processing data')
    await sleep(STEP_MS)
    await ctx.mcpReq.log('info', 'Tool execution completed')
    return textResult('Tool with logging executed successfully')
  })
  server.registerTool('test_logging_tool', { description: 'Logs once' }, async (ctx) => {
    await ctx.mcpReq.log('info', 'a log message')
    return textResult('logged')
  })
  server.registerTool('test_tool_with_progress', { description: 'Reports thrice' }, async (ctx) => {
    await tellProgress(ctx, 0)
    await sleep(STEP_MS)
    await tellProgress(ctx, 50)
    await sleep(STEP_MS)
    await tellProgress(ctx, 100)
    return textResult('Tool with progress executed successfully')
  })
  server.registerTool(
    'test_reconnection',
    { description: 'Closes the stream and answers when the client is back (SEP-1699)' },
    async (ctx) => {
      ctx.http?.closeSSE?.()
      await sleep(AWAY_MS)
      return textResult('Reconnection test completed')
    },
  )
  registerChangeTools(server, bus)
  registerWaitingTools(server, onCancelledWait)
}

function registerChangeTools(server: McpServer, bus: ServerEventBus): void {
  server.registerTool('test_trigger_tool_change', { description: 'Announces new tools' }, () => {
    bus.publish({ kind: 'tools_list_changed' })
    return textResult('announced')
  })
  server.registerTool('test_trigger_prompt_change', { description: 'Announces prompts' }, () => {
    bus.publish({ kind: 'prompts_list_changed' })
    return textResult('announced')
  })
  server.registerTool(
    'test_trigger_resource_update',
    { description: 'Announces a change of the watched resource' },
    () => {
      bus.publish({ kind: 'resource_updated', uri: WATCHED_RESOURCE })
      return textResult('announced')
    },
  )
}

function registerWaitingTools(server: McpServer, onCancelledWait: (ms: number) => void): void {
  server.registerTool(
    'test_wait',
    {
      description: 'Answers after a while; reports progress at once; ends early when cancelled',
      inputSchema: z.object({ ms: z.number().int().min(0).max(60_000) }),
      annotations: { readOnlyHint: true },
    },
    async ({ ms }, ctx) => {
      await tellProgress(ctx, 0)
      ctx.mcpReq.signal.addEventListener('abort', () => onCancelledWait(ms), { once: true })
      await sleep(ms, undefined, { signal: ctx.mcpReq.signal })
      return textResult(`waited ${ms} ms`)
    },
  )
}

async function tellProgress(ctx: ServerContext, progress: number): Promise<void> {
  const progressToken = ctx.mcpReq._meta?.progressToken
  if (progressToken === undefined) return
  await ctx.mcpReq.notify({
    method: 'notifications/progress',
    params: { progressToken, progress, total: 100, message: `Completed ${progress} of 100` },
  })
}
