import { hash } from 'node:crypto'
import type { ObservedTool } from '@mcp-orchestra/api/gateway-link'
import { z } from 'zod'
import { quarantineReason } from '../route/quarantine/quarantine.ts'

const Definition = z.object({
  name: z.string(),
  title: z.string().optional().catch(undefined),
  description: z.string().optional().catch(undefined),
  annotations: z
    .object({
      title: z.string().optional().catch(undefined),
      readOnlyHint: z.boolean().optional().catch(undefined),
      destructiveHint: z.boolean().optional().catch(undefined),
      idempotentHint: z.boolean().optional().catch(undefined),
      openWorldHint: z.boolean().optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
  inputSchema: z.unknown().optional(),
})

/**
 * What the control plane is told of a tool, from its definition's exact text; undefined when it has no name.
 * `quarantined` is why merged lists do not show it, for who has found that out already.
 */
export function observeTool(
  definitionText: string,
  quarantined: string | null = quarantineReason(definitionText),
): ObservedTool | undefined {
  const parsed = Definition.safeParse(JSON.parse(definitionText))
  if (!parsed.success) return undefined
  const { name, title, description, annotations, inputSchema } = parsed.data
  return {
    name,
    definitionHash: hash('sha256', definitionText, 'hex'),
    ...defined('title', title ?? annotations?.title),
    ...defined('description', description),
    ...defined('readOnlyHint', annotations?.readOnlyHint),
    ...defined('destructiveHint', annotations?.destructiveHint),
    ...defined('idempotentHint', annotations?.idempotentHint),
    ...defined('openWorldHint', annotations?.openWorldHint),
    ...defined('inputSchema', inputSchema),
    ...defined('quarantined', quarantined ?? undefined),
  }
}

function defined<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V })
}
