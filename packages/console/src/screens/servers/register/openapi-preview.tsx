import { Trans, useLingui } from '@lingui/react/macro'
import type { OpenApiPreview } from '@mcp-orchestra/sdk'
import { useState } from 'react'
import { Button, SearchInput } from '../../../kit/index.ts'
import { OpenApiLacks } from './openapi-lacks.tsx'
import { OpenApiLeftOut } from './openapi-left-out.tsx'
import { OpenApiOperation } from './openapi-operation.tsx'
import type { ServerForm } from './server-form.ts'

type Operation = OpenApiPreview['operations'][number]

/** Operations that are shown at once; a large document is narrowed by words. */
const SHOWN_MAX = 200

/** What a document would become: its operations to choose from, and what was left out and why. */
export function OpenApiPreviewView({
  form,
  preview,
}: {
  form: ServerForm
  preview: OpenApiPreview
}) {
  const { t } = useLingui()
  const [words, setWords] = useState('')
  const allowed = new Set(form.draft.allow ?? [])
  const found = preview.operations.filter((operation) => isFound(operation, words))
  const shown = found.slice(0, SHOWN_MAX)
  const put = (operations: readonly string[], isOn: boolean): void => {
    const next = new Set(allowed)
    for (const operation of operations) {
      if (isOn) next.add(operation)
      else next.delete(operation)
    }
    form.set({ allow: [...next] })
  }
  const names = found.map(({ operation }) => operation)
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1 font-medium">
        <Trans>
          Operations of {preview.title} {preview.apiVersion}
        </Trans>
      </legend>
      <div className="flex flex-wrap items-center gap-2">
        <SearchInput label={t`Find an operation`} value={words} onValue={setWords} />
        <Button size="sm" onClick={() => put(names, true)}>
          <Trans>All</Trans>
        </Button>
        <Button size="sm" onClick={() => put(names, false)}>
          <Trans>None</Trans>
        </Button>
        <span role="status" className="text-sm text-muted">
          <Trans>
            {allowed.size} of {preview.operations.length} offered
          </Trans>
        </span>
      </div>
      {form.errorOf('allow') !== undefined && (
        <p className="text-sm text-bad">
          <Trans>Choose at least one.</Trans>
        </p>
      )}
      <div
        role="group"
        aria-label={t`Operations`}
        className="max-h-72 overflow-y-auto rounded-md border border-line px-3"
      >
        {shown.map((operation) => (
          <OpenApiOperation
            key={operation.operation}
            operation={operation}
            checked={allowed.has(operation.operation)}
            onValue={(isOn) => put([operation.operation], isOn)}
          />
        ))}
        {found.length > shown.length && (
          <p className="py-2 text-sm text-muted">
            <Trans>Narrow by words to see the others.</Trans>
          </p>
        )}
      </div>
      <OpenApiLacks form={form} preview={preview} />
      {preview.leftOut.length > 0 && <OpenApiLeftOut leftOut={preview.leftOut} />}
    </fieldset>
  )
}

function isFound({ operation, tool, method, path, title }: Operation, text: string): boolean {
  const searched = `${operation} ${tool} ${method} ${path} ${title ?? ''}`.toLowerCase()
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => searched.includes(word))
}
