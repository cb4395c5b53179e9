import { Plural } from '@lingui/react/macro'
import type { OpenApiPreview } from '@mcp-orchestra/sdk'
import type { ServerForm } from './server-form.ts'

/** Which credentials are missing, each once with the number of operations that want it, until it is written in. */
export function OpenApiLacks({ form, preview }: { form: ServerForm; preview: OpenApiPreview }) {
  const given = new Set(form.draft.credentials.filter(isGiven).map(({ name }) => name))
  const counts = new Map<string, number>()
  for (const name of preview.operations.flatMap(({ lacks }) => lacks)) {
    if (!given.has(name)) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return [...counts].map(([name, count]) => (
    <p key={name} className="text-sm text-muted">
      <Plural
        value={count}
        one={`# operation wants a credential: ${name}.`}
        other={`# operations want a credential: ${name}.`}
      />
    </p>
  ))
}

function isGiven({ value, kept }: ServerForm['draft']['credentials'][number]): boolean {
  return kept === true || value !== ''
}
