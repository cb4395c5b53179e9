import { Plural, Trans, useLingui } from '@lingui/react/macro'
import type { OpenApiPreview } from '@mcp-orchestra/sdk'
import { useState } from 'react'
import { Badge, Button, Checkbox, Disclosure, SearchInput } from '../../../kit/index.ts'
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
          <OperationRow
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
      {preview.leftOut.length > 0 && <LeftOut leftOut={preview.leftOut} />}
    </fieldset>
  )
}

function OperationRow({
  operation,
  checked,
  onValue,
}: {
  operation: Operation
  checked: boolean
  onValue: (checked: boolean) => void
}) {
  const { method, path, tool, title, isReadOnly, isDeprecated, warnings } = operation
  return (
    <Checkbox
      checked={checked}
      onValue={onValue}
      label={
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <code className="break-all">{tool}</code>
          {!isReadOnly && (
            <Badge tone="warn">
              <Trans>writes</Trans>
            </Badge>
          )}
          {isDeprecated && (
            <Badge tone="neutral">
              <Trans>deprecated</Trans>
            </Badge>
          )}
        </span>
      }
      hint={
        <>
          <code className="break-all">
            {method} {path}
          </code>
          {title !== null && <div>{title}</div>}
          {warnings.map((warning) => (
            <div key={warning} lang="en">
              {warning}
            </div>
          ))}
        </>
      }
    />
  )
}

function LeftOut({ leftOut }: { leftOut: OpenApiPreview['leftOut'] }) {
  return (
    <Disclosure
      summary={
        <Plural
          value={leftOut.length}
          one="# operation cannot be a tool"
          other="# operations cannot be tools"
        />
      }
    >
      <ul className="flex flex-col gap-2 text-sm">
        {leftOut.slice(0, SHOWN_MAX).map(({ operation, method, path, reason }) => (
          <li key={`${method} ${path} ${operation}`}>
            <code className="break-all">
              {method} {path}
            </code>
            <div className="text-muted" lang="en">
              {reason}
            </div>
          </li>
        ))}
      </ul>
    </Disclosure>
  )
}

function isFound({ operation, tool, method, path, title }: Operation, text: string): boolean {
  const searched = `${operation} ${tool} ${method} ${path} ${title ?? ''}`.toLowerCase()
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => searched.includes(word))
}
