import type { Server, Tool } from '@mcp-orchestra/sdk'
import { useQueryClient } from '@tanstack/react-query'
import {
  lossyNumbers,
  paramHeaders,
  sendsExactNumbers,
  type JsonObject,
} from '../../../schema/index.ts'
import { useOrchestra } from '../../../session/index.ts'
import type { SeenPrice } from '../call/call-record.ts'
import { calls, makeCall } from '../call/calls.ts'
import type { ArgumentForm } from '../form/use-argument-form.ts'

/** Whether this browser would send other digits than those that are seen: then nothing is sent. */
export function wouldLoseDigits(value: JsonObject): boolean {
  return !sendsExactNumbers() && lossyNumbers(value).length > 0
}

/** Makes the call of a form for a price that was seen; says whether it was begun or the form has faults. */
export function useToolCall({
  server,
  tool,
  form,
  onEnded,
}: {
  server: Server
  tool: Tool
  form: ArgumentForm
  onEnded: () => void
}): (seen: SeenPrice) => 'begun' | 'faulty' | 'busy' {
  const orchestra = useOrchestra()
  const queries = useQueryClient()
  return (seen) => {
    const { value } = form.state
    if (calls.get().running !== undefined) return 'busy'
    if (!form.attempt() || wouldLoseDigits(value)) return 'faulty'
    void makeCall(orchestra, {
      alias: server.alias,
      tool: tool.name,
      args: value,
      price: seen,
      timeoutMs: server.limits.callTimeoutMs,
      paramHeaders: paramHeaders(form.document, value),
    }).then(() => {
      void queries.invalidateQueries({ queryKey: ['balance'] })
      void queries.invalidateQueries({ queryKey: ['servers', server.id, 'prices'] })
      onEnded()
    })
    return 'begun'
  }
}
