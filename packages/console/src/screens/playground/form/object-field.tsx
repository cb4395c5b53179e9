import { Trans, useLingui } from '@lingui/react/macro'
import { Plus, X } from 'lucide-react'
import { use, useState } from 'react'
import { Button, IconButton } from '../../../kit/index.ts'
import { initialValue, isObject, type Field, type Path } from '../../../schema/index.ts'
import { EntryRows } from './entry-rows.tsx'
import { fieldHint } from './field-hint.tsx'
import { FieldLabel } from './field-label.tsx'
import type { FieldProps, RenderField } from './field-props.ts'
import { InnerContext } from './inner-context.ts'
import { useForm, usePlace } from './form-context.ts'
import { GroupFrame } from './group-frame.tsx'

/** An object inside the arguments: absent until it is added. */
export function ObjectField({ path, name, field, required, depth, renderField }: FieldProps) {
  const { t } = useLingui()
  const { document } = useForm()
  // Under a picker the line beside it is there already.
  const isInner = use(InnerContext)
  const { value, issues, set, clear } = usePlace(path)
  const add = (): void => set(startOf())
  const startOf = () => {
    const schemas = field.shape.kind === 'object' ? field.shape.schemasOf : undefined
    const start = schemas === undefined ? {} : initialMembers(document, field)
    return start
  }
  return (
    <GroupFrame
      label={<FieldLabel name={name} field={field} required={required} />}
      hint={fieldHint(field)}
      issues={issues}
      actions={
        isObject(value) ? (
          !required && <IconButton label={t`Leave out ${name}`} icon={X} onClick={clear} />
        ) : (
          <Button size="sm" icon={Plus} aria-label={t`Add ${name}`} onClick={add}>
            <Trans>Add</Trans>
          </Button>
        )
      }
    >
      {() =>
        isObject(value) ? (
          <div className={isInner ? '' : 'mt-1 border-s-2 border-line ps-3 sm:ps-4'}>
            <ObjectMembers path={path} field={field} depth={depth} renderField={renderField} />
          </div>
        ) : null
      }
    </GroupFrame>
  )
}

/** What an object that is added begins with. */
function initialMembers(document: Parameters<typeof initialValue>[0], field: Field) {
  if (field.shape.kind !== 'object') return {}
  return Object.fromEntries(
    field.shape.members.flatMap(({ name, schemas, required }) => {
      const value = required ? initialValue(document, schemas) : undefined
      return value === undefined ? [] : [[name, value] as const]
    }),
  )
}

/** Members that are drawn at first, and more with each wish for more. */
const MEMBERS_SHOWN = 60

/** The members of an object: those that the schema names, and others where they may be or are. */
export function ObjectMembers({
  path,
  field,
  depth,
  renderField,
}: {
  path: Path
  field: Field
  depth: number
  renderField: RenderField
}) {
  const [shown, setShown] = useState(MEMBERS_SHOWN)
  const { shape } = field
  if (shape.kind !== 'object') return null
  const rest = shape.members.length - shown
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {shape.members
        .slice(0, shown)
        .map(({ name, schemas, required }) =>
          renderField({ path: [...path, name], name, schemas, required, depth: depth + 1 }),
        )}
      {rest > 0 && (
        <Button className="self-start" onClick={() => setShown(shown + MEMBERS_SHOWN)}>
          <Trans>Show more of {rest} further fields</Trans>
        </Button>
      )}
      <EntryRows path={path} shape={shape} depth={depth} renderField={renderField} />
    </div>
  )
}
