import { Trans, useLingui } from '@lingui/react/macro'
import { Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Button, Field, IconButton, Input } from '../../../kit/index.ts'
import {
  initialValue,
  isObject,
  type Path,
  type Schemas,
  type Shape,
} from '../../../schema/index.ts'
import type { RenderField } from './field-props.ts'
import { useForm, usePlace } from './form-context.ts'

type ObjectShape = Extract<Shape, { kind: 'object' }>

/** Names and values that the schema does not list: those that are there, and a way to add where it is allowed. */
export function EntryRows({
  path,
  shape,
  depth,
  renderField,
}: {
  path: Path
  shape: ObjectShape
  depth: number
  renderField: RenderField
}) {
  const { value } = usePlace(path)
  const listed = new Set(shape.members.map(({ name }) => name))
  const names = isObject(value) ? Object.keys(value).filter((name) => !listed.has(name)) : []
  if (names.length === 0 && !shape.isOpen) return null
  return (
    <div className="flex min-w-0 flex-col gap-3">
      {names.map((name) => (
        <Entry key={name} path={path} name={name}>
          {renderField({
            path: [...path, name],
            name,
            schemas: shape.schemasOf(name),
            required: false,
            depth: depth + 1,
          })}
        </Entry>
      ))}
      {shape.isOpen && <AddEntry path={path} shape={shape} />}
    </div>
  )
}

function Entry({ path, name, children }: { path: Path; name: string; children: React.ReactNode }) {
  const { t } = useLingui()
  const { dispatch } = useForm()
  return (
    <div className="flex min-w-0 items-start gap-1">
      <div className="min-w-0 flex-1">{children}</div>
      <IconButton
        label={t`Remove ${name}`}
        icon={Trash2}
        onClick={() => dispatch({ do: 'clear', path: [...path, name] })}
      />
    </div>
  )
}

function AddEntry({ path, shape }: { path: Path; shape: ObjectShape }) {
  const { t } = useLingui()
  const { document, dispatch } = useForm()
  const { value } = usePlace(path)
  const [name, setName] = useState('')
  const isTaken = name !== '' && isObject(value) && Object.hasOwn(value, name)
  const add = (): void => {
    if (isTaken) return
    const schemas: Schemas = shape.schemasOf(name)
    dispatch({ do: 'set', path: [...path, name], value: initialValue(document, schemas) ?? '' })
    setName('')
  }
  return (
    <div className="flex min-w-0 flex-wrap items-end gap-2">
      <div className="min-w-40 flex-1">
        <Field
          label={t`Name of a further entry`}
          hint={
            shape.namePatterns.length > 0 && (
              <code className="break-all">{shape.namePatterns.slice(0, 3).join(' · ')}</code>
            )
          }
          error={isTaken && t`There is an entry of this name.`}
        >
          {(control) => (
            <Input
              {...control}
              mono
              value={name}
              onChange={(event) => setName(event.target.value)}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' || event.ctrlKey || event.metaKey) return
                event.preventDefault()
                add()
              }}
            />
          )}
        </Field>
      </div>
      <Button icon={Plus} disabled={name === ''} onClick={add}>
        <Trans>Add entry</Trans>
      </Button>
    </div>
  )
}
