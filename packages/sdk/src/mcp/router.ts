import {
  META_ATTEMPT,
  META_IDEMPOTENCY_KEY,
  META_MANDATE,
  META_MAX_CHARGE,
  META_PRICE_VERSION,
  META_SESSION,
} from '@mcp-orchestra/api/mcp-meta'
import { parseUnits, toWire, USD, type Clock, type Ids } from '@mcp-orchestra/kernel'
import { isConnectionProblem, startDeadline, type CallOptions, type Deadline } from '../deadline.ts'
import { OrchestraProblem } from '../problem.ts'
import type { Result } from './channel.ts'
import type { ChannelPool } from './channel-pool.ts'
import { KeyRefused, type Line } from './line.ts'
import { progressFrom } from './progress.ts'
import { metaOf, receiptOf } from './receipt.ts'
import type { MCPRequest, MCPResponse } from './request.ts'
import { waitMs } from '../wait.ts'
import { REFUSED_RETRIES_MAX, RETRIES_MAX, retryDelayMs } from './retry.ts'
import { runsTwiceSafely } from './safe-to-repeat.ts'

/** Sends requests to the gateway: keyed, and again after a lost connection where that cannot pay or run twice. */
export type Router = {
  route(request: MCPRequest, options: CallOptions): Promise<MCPResponse>
}

/** What one attempt goes out with. */
type Sending = {
  readonly line: Line
  readonly deadline: Deadline
  readonly idempotencyKey: string
  readonly attempt: number
}

/** Makes the router of one client. */
export function createRouter(deps: {
  channels: ChannelPool
  ids: Ids
  clock: Clock
  timeoutMs: number
}): Router {
  return {
    async route(request, options) {
      const deadline = startDeadline(options, deps.timeoutMs)
      const idempotencyKey = request.idempotencyKey ?? deps.ids.make('req')
      const line = deps.channels.lineTo(request.server)
      /** The last refusal after which the request may be with the gateway, or may have run. */
      let lastTaken: unknown
      let isRenewed = false
      try {
        for (let attempt = 1; ; attempt += 1) {
          try {
            const answer = await send(request, { line, deadline, idempotencyKey, attempt })
            return { ...answer, idempotencyKey, attempts: attempt }
          } catch (error) {
            if (error instanceof KeyRefused) {
              if (lastTaken !== undefined) throw lastTaken
              if (isRenewed) throw error.problem
              isRenewed = true
              attempt -= 1 // refused at the door: no attempt
              await line.renew()
              continue
            }
            const again =
              attempt <= retriesOf(error) && (await maySendAgain(request, error, line, deadline))
            if (!again) throw error
            if (!isUnsent(error)) lastTaken = error
            await waitMs(retryDelayMs(attempt, error), deadline.signal)
          }
        }
      } finally {
        line.end()
      }
    },
  }

  async function send(
    request: MCPRequest,
    sending: Sending,
  ): Promise<Omit<MCPResponse, 'idempotencyKey' | 'attempts'>> {
    const params = request.params ?? {}
    const meta = { ...metaOf(params), ...ourMeta(request, sending) }
    const onMessage = progressFrom(meta['progressToken'], request.onProgress, request.onMessage)
    let startedMs = 0
    const { result, frames }: Result = await sending.line.use(sending.deadline, (channel) => {
      startedMs = deps.clock.monotonicMs()
      return channel.request({
        method: request.method ?? 'tools/call',
        params: { ...params, _meta: meta },
        paramHeaders: request.paramHeaders,
        deadline: sending.deadline,
        onMessage,
        onFrame: request.onFrame,
      })
    })
    const durationMs = deps.clock.monotonicMs() - startedMs
    return { result, receipt: receiptOf(result), durationMs, frames }
  }
}

/** Nothing was sent, or the gateway says so: yes. Lost on the way: only what cannot take effect twice. */
async function maySendAgain(
  request: MCPRequest,
  error: unknown,
  line: Line,
  deadline: Deadline,
): Promise<boolean> {
  if (!(error instanceof OrchestraProblem) || deadline.signal.aborted) return false
  if (error.code !== 'sdk.connection_lost') return error.retryable && error.status !== 402
  return runsTwiceSafely(request, line, deadline)
}

function isUnsent(error: unknown): boolean {
  return error instanceof OrchestraProblem && error.code === 'sdk.unreachable'
}

function retriesOf(error: unknown): number {
  const isConnection = error instanceof OrchestraProblem && isConnectionProblem(error)
  return isConnection ? RETRIES_MAX : REFUSED_RETRIES_MAX
}

function ourMeta(request: MCPRequest, sending: Sending): Record<string, unknown> {
  const max = request.maxChargeUsd
  const token = metaOf(request.params ?? {})['progressToken'] ?? sending.idempotencyKey
  return {
    [META_IDEMPOTENCY_KEY]: sending.idempotencyKey,
    [META_ATTEMPT]: sending.attempt,
    ...(request.onProgress === undefined ? {} : { progressToken: token }),
    ...(max === undefined ? {} : { [META_MAX_CHARGE]: toWire(parseUnits(max, USD)) }),
    ...(request.session === undefined ? {} : { [META_SESSION]: request.session }),
    ...(request.mandateId === undefined ? {} : { [META_MANDATE]: request.mandateId }),
    ...(request.priceVersion === undefined ? {} : { [META_PRICE_VERSION]: request.priceVersion }),
  }
}
