import {
  META_ATTEMPT,
  META_IDEMPOTENCY_KEY,
  META_MAX_CHARGE,
  META_PRICE_VERSION,
} from '@mcp-orchestra/api/mcp-meta'
import { parseUnits, toWire, USD, type Ids } from '@mcp-orchestra/kernel'
import { isConnectionProblem, startDeadline, type CallOptions, type Deadline } from '../deadline.ts'
import { OrchestraProblem } from '../problem.ts'
import type { ChannelPool } from './channel-pool.ts'
import { metaOf, receiptOf } from './receipt.ts'
import type { MCPRequest, MCPResponse } from './request.ts'
import { REFUSED_RETRIES_MAX, RETRIES_MAX, retryDelayMs, waitMs } from './retry.ts'
import { runsTwiceSafely } from './safe-to-repeat.ts'

/** Sends requests to the gateway: keyed, and again after a lost connection where that cannot pay or run twice. */
export type Router = {
  route(request: MCPRequest, options: CallOptions): Promise<MCPResponse>
}

/** Makes the router of one client. */
export function createRouter(deps: { channels: ChannelPool; ids: Ids; timeoutMs: number }): Router {
  return {
    async route(request, options) {
      const deadline = startDeadline(options, deps.timeoutMs)
      const idempotencyKey = request.idempotencyKey ?? deps.ids.make('req')
      for (let attempt = 1; ; attempt += 1) {
        try {
          const result = await send(request, { deadline, idempotencyKey, attempt })
          return { result, receipt: receiptOf(result), idempotencyKey, attempts: attempt }
        } catch (error) {
          const again =
            attempt <= retriesOf(error) && (await maySendAgain(request, error, deadline))
          if (!again) throw error
          await waitMs(retryDelayMs(attempt, error), deadline.signal)
        }
      }
    },
  }

  async function send(
    request: MCPRequest,
    sending: { deadline: Deadline; idempotencyKey: string; attempt: number },
  ): Promise<Record<string, unknown>> {
    const params = request.params ?? {}
    return deps.channels.use(request.server, sending.deadline, (channel) =>
      channel.request({
        method: request.method ?? 'tools/call',
        params: { ...params, _meta: { ...metaOf(params), ...ourMeta(request, sending) } },
        deadline: sending.deadline,
        onMessage: request.onMessage,
      }),
    )
  }

  /** Nothing was sent, or the gateway says so: yes. Lost on the way: only what cannot take effect twice. */
  async function maySendAgain(
    request: MCPRequest,
    error: unknown,
    deadline: Deadline,
  ): Promise<boolean> {
    if (!(error instanceof OrchestraProblem) || deadline.signal.aborted) return false
    if (error.code !== 'sdk.connection_lost') return error.retryable && error.status !== 402
    return runsTwiceSafely(request, deps.channels, deadline)
  }
}

function retriesOf(error: unknown): number {
  const isConnection = error instanceof OrchestraProblem && isConnectionProblem(error)
  return isConnection ? RETRIES_MAX : REFUSED_RETRIES_MAX
}

function ourMeta(
  request: MCPRequest,
  sending: { idempotencyKey: string; attempt: number },
): Record<string, unknown> {
  const max = request.maxChargeUsd
  return {
    [META_IDEMPOTENCY_KEY]: sending.idempotencyKey,
    [META_ATTEMPT]: sending.attempt,
    ...(max === undefined ? {} : { [META_MAX_CHARGE]: toWire(parseUnits(max, USD)) }),
    ...(request.priceVersion === undefined ? {} : { [META_PRICE_VERSION]: request.priceVersion }),
  }
}
