import {
  McpServer,
  type RequestStateCodec,
  type ServerEventBus,
} from '@modelcontextprotocol/server'
import { registerAskingTools } from './asking-tools.ts'
import { registerContentTools } from './content-tools.ts'
import { registerNotifyingTools } from './notifying-tools.ts'
import { registerPrompts } from './prompts.ts'
import { keepSubscriptions, registerResources } from './resources.ts'
import { registerRoundTripTools, type StepState } from './round-trip-tools.ts'
import { registerSchemaTools } from './schema-tools.ts'
import { registerSkills, SKILLS_EXTENSION } from './skills/skill-methods.ts'
import type { TaskBook } from './tasks/task-book.ts'
import { registerTaskMethods } from './tasks/task-methods.ts'
import { registerTaskTools, TASKS_EXTENSION } from './tasks/task-tools.ts'

/** How long clients may keep a list or a static resource, in milliseconds: the fixture never changes. */
const CACHE_HINT = { ttlMs: 60_000, cacheScope: 'public' } as const

/** What all servers of one fixture share: announcements, the key of `requestState`, tasks, and what is told of a cancelled wait. */
export type FixtureShared = {
  readonly bus: ServerEventBus
  readonly codec: RequestStateCodec<StepState>
  readonly tasks: TaskBook
  readonly onCancelledWait: (ms: number) => void
}

/**
 * One MCP server with every name that the conformance suite calls, for one session or one modern request. A
 * legacy one can be held to a single revision.
 */
export function createFixtureMcpServer(
  shared: FixtureShared,
  era: 'legacy' | 'modern',
  revision?: string,
): McpServer {
  const server = new McpServer(
    { name: 'mcp-orchestra-fixture', version: '1.0.0', title: 'Fixture server' },
    {
      capabilities: {
        tools: { listChanged: true },
        prompts: { listChanged: true },
        resources: { listChanged: true, subscribe: true },
        logging: {},
        completions: {},
        extensions: {
          [SKILLS_EXTENSION]: { directoryRead: true },
          // This one is of 2026-07-28: the tasks of 2025-11-25 are another protocol.
          ...(era === 'modern' ? { [TASKS_EXTENSION]: {} } : {}),
        },
      },
      instructions: 'A server for tests: every tool does what its name says.',
      cacheHints: {
        'tools/list': CACHE_HINT,
        'prompts/list': CACHE_HINT,
        'resources/list': CACHE_HINT,
        'resources/templates/list': CACHE_HINT,
        'resources/read': CACHE_HINT,
        'server/discover': CACHE_HINT,
      },
      ...(era === 'legacy' && revision !== undefined
        ? { supportedProtocolVersions: [revision] }
        : {}),
      requestState: { verify: (state, ctx) => shared.codec.verify(state, ctx) },
    },
  )
  registerContentTools(server)
  registerSchemaTools(server)
  registerNotifyingTools(server, shared.bus, shared.onCancelledWait)
  registerAskingTools(server)
  registerRoundTripTools(server, shared.codec)
  registerTaskTools(server, era === 'modern' ? shared.tasks : undefined)
  if (era === 'modern') registerTaskMethods(server, shared.tasks)
  registerResources(server)
  registerSkills(server, era)
  registerPrompts(server)
  if (era === 'legacy') followAnnouncements(server, shared.bus, keepSubscriptions(server))
  return server
}

/**
 * Tells one connection every change of a list, and of the resources that it watches (all when undefined, as on
 * modern stdio, where the SDK hands on what the open streams ask for). Over modern HTTP the handler's bus does it.
 */
export function followAnnouncements(
  server: McpServer,
  bus: ServerEventBus,
  watched?: ReadonlySet<string>,
): void {
  const unsubscribe = bus.subscribe((event) => {
    const gone = (error: unknown) => server.server.onerror?.(error as Error)
    if (event.kind === 'tools_list_changed') server.server.sendToolListChanged().catch(gone)
    else if (event.kind === 'prompts_list_changed')
      server.server.sendPromptListChanged().catch(gone)
    else if (event.kind === 'resource_updated' && watched?.has(event.uri) !== false) {
      server.server.sendResourceUpdated({ uri: event.uri }).catch(gone)
    }
  })
  server.server.onclose = unsubscribe
}
