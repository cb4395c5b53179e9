import { z } from 'zod'
import type { RawAnswer } from './raw-client.ts'

/** The problem document that a refusal of ours carries (RFC 9457). */
const Problem = z.looseObject({ code: z.string(), title: z.string(), status: z.number() })
const Answer = z.looseObject({
  id: z.union([z.string(), z.number(), z.null()]).optional(),
  result: z.unknown().optional(),
  error: z
    .looseObject({ code: z.number(), message: z.string(), data: z.unknown().optional() })
    .optional(),
})

/** A JSON-RPC answer, its HTTP status, and our problem code when it has one. */
export type RpcAnswer = {
  readonly status: number
  readonly id: string | number | null | undefined
  readonly result: unknown
  readonly code: number | undefined
  readonly problem: string | undefined
  /** The whole of what was said, to look for what must not be in it. */
  readonly text: string
}

/** Reads the last message of an answer as JSON-RPC, or as a bare problem document. */
export function readRpcAnswer(answer: RawAnswer): RpcAnswer {
  const text = answer.messages.at(-1) ?? '{}'
  const message: unknown = JSON.parse(text)
  const bare = Problem.safeParse(message)
  if (bare.success) {
    const { code } = bare.data
    return { ...nothing, status: answer.status, problem: code, text }
  }
  const { id, result, error } = Answer.parse(message)
  const problem = Problem.safeParse(error?.data).data?.code
  return { status: answer.status, id, result, code: error?.code, problem, text }
}

const nothing = { id: undefined, result: undefined, code: undefined }
