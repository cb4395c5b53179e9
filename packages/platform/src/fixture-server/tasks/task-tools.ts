import { setTimeout as sleep } from 'node:timers/promises'
import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  inputRequired,
  MissingRequiredClientCapabilityError,
  type CallToolResult,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import { STATIC_LINK, textResult } from '../content.ts'
import { TaskFault, type Inputs, type TaskBook, type TaskWork } from './task-book.ts'

/** The extension's name in `capabilities.extensions` (SEP-2663). */
export const TASKS_EXTENSION = 'io.modelcontextprotocol/tasks'

/** The tools that are nothing without a task: a client that does not declare the extension gets -32021. */
export const TASK_ONLY_TOOLS: ReadonlySet<string> = new Set([
  'failing_job',
  'protocol_error_job',
  'confirm_delete',
  'linking_job',
  'multi_input',
  'test_tool_with_task',
])

/** The longest that a call works in itself, without a task, in seconds: a client would give up. */
const WITHOUT_TASK_SECONDS_MAX = 5
/** How long the jobs that always fail work before they do. Milliseconds. */
const FAILING_MS = 200

const Declared = z.object({ extensions: z.record(z.string(), z.unknown()) }).partial()
const Seconds = z.object({ seconds: z.number().min(0).max(3_600), label: z.string().optional() })
const Name = z.object({ name: z.string() })

/** Whether this very request declares the tasks extension: earlier ones do not count (SEP-2575). */
export function declaresTasks(ctx: ServerContext): boolean {
  const envelope: Readonly<Record<string, unknown>> = ctx.mcpReq.envelope ?? {}
  const declared = Declared.parse(envelope[CLIENT_CAPABILITIES_META_KEY] ?? {})
  return declared.extensions?.[TASKS_EXTENSION] !== undefined
}

/** The refusal of a client that does not declare the extension: -32021. */
export function tasksAreRequired(): MissingRequiredClientCapabilityError {
  return new MissingRequiredClientCapabilityError({
    requiredCapabilities: { extensions: { [TASKS_EXTENSION]: {} } },
  })
}

type Job = (use: TaskWork) => Promise<CallToolResult>

/** Registers the tools of the suite's tasks scenarios; without a book (legacy) they end in the call itself. */
export function registerTaskTools(server: McpServer, book: TaskBook | undefined): void {
  function begin(job: Job): CallToolResult {
    if (book === undefined) throw new Error('there are no tasks here')
    const created = book.create(job)
    // NOTE: the SDK adds an empty `content`; the HTTP entry takes it out again (task-answer.ts).
    return { content: [], resultType: 'task', ...created }
  }
  /** A tool that is nothing without a task. */
  function onlyAsTask(ctx: ServerContext, job: Job): CallToolResult {
    if (book === undefined || !declaresTasks(ctx)) throw tasksAreRequired()
    return begin(job)
  }

  server.registerTool('greet', { description: 'Greets at once', inputSchema: Name }, ({ name }) =>
    textResult(`Hello, ${name}!`),
  )
  server.registerTool(
    'slow_compute',
    { description: 'Works for some seconds', inputSchema: Seconds },
    async ({ seconds, label }, ctx) => {
      const work = async (signal: AbortSignal): Promise<CallToolResult> => {
        await sleep(seconds * 1_000, undefined, { signal })
        return textResult(`computed ${label ?? 'it'} in ${seconds} s`)
      }
      if (book !== undefined && declaresTasks(ctx)) return begin(({ signal }) => work(signal))
      if (seconds > WITHOUT_TASK_SECONDS_MAX) throw new Error('so long a job needs a task')
      return work(ctx.mcpReq.signal)
    },
  )
  server.registerTool('failing_job', { description: 'Fails, as a tool does' }, (ctx) =>
    onlyAsTask(ctx, async ({ signal }) => {
      await sleep(FAILING_MS, undefined, { signal })
      return { ...textResult('the job failed'), isError: true }
    }),
  )
  server.registerTool('protocol_error_job', { description: 'Breaks while it works' }, (ctx) =>
    onlyAsTask(ctx, async ({ signal }) => {
      await sleep(FAILING_MS, undefined, { signal })
      throw new TaskFault(-32_603, 'the job broke')
    }),
  )
  server.registerTool(
    'confirm_delete',
    { description: 'Asks before it deletes', inputSchema: z.object({ filename: z.string() }) },
    ({ filename }, ctx) =>
      onlyAsTask(ctx, async ({ ask }) => {
        const { confirm } = await ask({ confirm: question(`Delete ${filename}?`, 'confirm') })
        return textResult(confirm?.['action'] === 'accept' ? `deleted ${filename}` : 'kept')
      }),
  )
  server.registerTool(
    'linking_job',
    { description: 'Works for some seconds and ends with a link', inputSchema: Seconds },
    ({ seconds }, ctx) =>
      onlyAsTask(ctx, async ({ signal }) => {
        await sleep(seconds * 1_000, undefined, { signal })
        return { content: [STATIC_LINK] }
      }),
  )
  server.registerTool('multi_input', { description: 'Asks two things at once' }, (ctx) =>
    onlyAsTask(ctx, async ({ ask }) => {
      const answers = await ask({
        first: question('The first?', 'confirm'),
        second: question('The second?', 'confirm'),
      })
      return textResult(`answered: ${Object.keys(answers).sort().join(', ')}`)
    }),
  )
  server.registerTool('test_tool_with_task', { description: 'Asks, then works' }, (ctx) => {
    if (book === undefined || !declaresTasks(ctx)) throw tasksAreRequired()
    const accepted = acceptedContent(ctx.mcpReq.inputResponses, 'user_name', Name)
    if (accepted !== undefined) return begin(async () => textResult(`Hello, ${accepted.name}!`))
    const user_name = inputRequired.elicit({ message: 'Who are you?', requestedSchema: Name })
    return inputRequired({ inputRequests: { user_name } })
  })
}

function question(message: string, field: string): Inputs[string] {
  const requestedSchema = { type: 'object', properties: { [field]: { type: 'boolean' } } }
  return { method: 'elicitation/create', params: { mode: 'form', message, requestedSchema } }
}
