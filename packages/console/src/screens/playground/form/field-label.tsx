import { Trans } from '@lingui/react/macro'
import { use } from 'react'
import type { Field } from '../../../schema/index.ts'
import { Badge } from '../../../kit/index.ts'
import { InnerContext } from './inner-context.ts'
import { HiddenText } from '../../servers/hidden-text-view.tsx'

/** The name of a field as it is sent, its title if it has one, and what marks it. */
export function FieldLabel({
  name,
  field,
  required,
}: {
  name: string
  field: Field
  required: boolean
}) {
  if (use(InnerContext)) return <span className="sr-only">{name}</span>
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-1">
      <span className="break-all">
        {field.title !== undefined && field.title !== name ? (
          <>
            <HiddenText text={field.title} />{' '}
            <code className="font-normal text-muted">
              <HiddenText text={name} />
            </code>
          </>
        ) : (
          <code className="text-[1em] font-semibold">
            <HiddenText text={name} />
          </code>
        )}
      </span>
      <span className="text-sm font-normal text-faint">
        <TypeWord field={field} />
      </span>
      {required && (
        <span className="text-sm font-normal text-muted">
          <Trans>required</Trans>
        </span>
      )}
      {field.isDeprecated && (
        <Badge tone="warn">
          <Trans>deprecated</Trans>
        </Badge>
      )}
    </span>
  )
}

/** What kind of value it is, in one word of the schema's language. */
function TypeWord({ field: { shape } }: { field: Field }) {
  switch (shape.kind) {
    case 'text':
      return shape.format ?? 'string'
    case 'file':
      return 'base64'
    case 'number':
      return shape.isInteger ? 'integer' : 'number'
    case 'choice':
      return 'enum'
    case 'fixed':
      return <Trans>fixed</Trans>
    case 'union':
      return <Trans>one of several</Trans>
    case 'any':
      return <Trans>any JSON</Trans>
    case 'never':
      return null
    default:
      return shape.kind
  }
}
