import { Trans } from '@lingui/react/macro'
import type { OpenApiPreview } from '@mcp-orchestra/sdk'
import { Badge, Checkbox } from '../../../kit/index.ts'

type Operation = OpenApiPreview['operations'][number]

/** One operation of a document, to offer or not: the tool that it becomes, and what it does. */
export function OpenApiOperation({
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
