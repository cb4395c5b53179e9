import { setTimeout as pause } from 'node:timers/promises'
import { Problem } from '@mcp-orchestra/kernel'
import { Pool, type Dispatcher } from 'undici'
import { z } from 'zod'
import { refuse } from './problems.ts'

/** Connections to the control plane: one carries the snapshot, the others what a busy moment asks at once. */
const CONNECTIONS_MAX = 8
/** A loopback or cluster network answers a connect in milliseconds; longer means it is away. */
const CONNECT_TIMEOUT_MS = 2_000
/** Tries of an idempotent call, and the pause before each further one: short, because callers wait. */
const TRY_PAUSES_MS = [50, 200] as const
/** The largest JSON answer: the internal API never sends more outside the snapshot stream. */
const ANSWER_BYTES_MAX = 4_194_304
/** The stream says something each 250 ms; the follower watches it closer than this backstop does. */
const STREAM_SILENCE_MS = 5_000

/** What is asked; without a body it is a GET. */
export type Question<T extends z.ZodType> = {
  readonly path: string
  readonly body?: unknown
  readonly answer: T
  /** For all tries together. */
  readonly timeoutMs: number
}

/** Sends JSON to one origin with the slot's bearer secret. */
export interface Exchange {
  send<T extends z.ZodType>(question: Question<T>): Promise<z.infer<T>>
  open(path: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>
  close(): Promise<void>
}

const ProblemAnswer = z.object({ code: z.string(), detail: z.string().optional() })

/** An exchange over a small pool of keep-alive connections; every failure becomes a `link.*` Problem. */
export function createExchange(url: string, secret: string): Exchange {
  const pool = new Pool(new URL(url).origin, {
    connections: CONNECTIONS_MAX,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    bodyTimeout: STREAM_SILENCE_MS,
  })
  const authorization = `Bearer ${secret}`

  const request = async (options: Dispatcher.RequestOptions): Promise<Dispatcher.ResponseData> => {
    try {
      return await pool.request(options)
    } catch (cause) {
      throw refuse('link.unreachable', { cause })
    }
  }

  const sendOnce = async <T extends z.ZodType>(
    options: Dispatcher.RequestOptions,
    answer: T,
  ): Promise<z.infer<T>> => {
    const response = await request(options)
    const text = await readText(response)
    if (response.statusCode >= 300) throw refusalOf(response.statusCode, text)
    if (response.statusCode === 204 || text === '') return answer.parse(undefined)
    try {
      return answer.parse(JSON.parse(text))
    } catch (cause) {
      throw refuse('link.garbled', { cause })
    }
  }

  return {
    async send({ path, body, answer, timeoutMs }) {
      const method = body === undefined ? 'GET' : 'POST'
      const deadline = AbortSignal.timeout(timeoutMs)
      const payload = body === undefined ? null : JSON.stringify(body)
      const headers = { authorization, 'content-type': 'application/json' }
      for (const pauseMs of TRY_PAUSES_MS) {
        try {
          return await sendOnce({ method, path, headers, body: payload, signal: deadline }, answer)
        } catch (problem) {
          if (!(problem instanceof Problem) || !problem.kind.retryable || deadline.aborted)
            throw problem
        }
        await pause(pauseMs)
      }
      return await sendOnce({ method, path, headers, body: payload, signal: deadline }, answer)
    },
    async open(path, signal) {
      const response = await request({ method: 'GET', path, headers: { authorization }, signal })
      if (response.statusCode === 200) return response.body
      throw refusalOf(response.statusCode, await readText(response))
    },
    close: () => pool.destroy(),
  }
}

async function readText(response: Dispatcher.ResponseData): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of response.body) {
      const part = Buffer.from(chunk as Uint8Array)
      bytes += part.length
      if (bytes > ANSWER_BYTES_MAX) break
      parts.push(part)
    }
  } catch (cause) {
    throw refuse('link.unreachable', { cause })
  }
  if (bytes > ANSWER_BYTES_MAX) {
    throw refuse('link.garbled', { detail: `An answer is over ${ANSWER_BYTES_MAX} bytes.` })
  }
  return Buffer.concat(parts).toString('utf8')
}

/** 5xx and 429 may pass; every other status is a refusal that a repeat does not change. */
function refusalOf(status: number, text: string): Problem {
  if (status >= 500 || status === 429) {
    return refuse('link.unreachable', {
      cause: new Error(`status ${status}: ${text.slice(0, 300)}`),
    })
  }
  let code = 'unknown'
  let detail = ''
  try {
    const document = ProblemAnswer.safeParse(JSON.parse(text))
    if (document.success) {
      code = document.data.code
      detail = document.data.detail ?? ''
    }
  } catch {
    detail = 'The answer was not JSON.' // a proxy's page, say; the status tells enough
  }
  return refuse('link.refused', {
    detail: `The control plane answered ${status} ${code}. ${detail}`.trim(),
    members: { controlPlaneCode: code, controlPlaneStatus: status },
  })
}
