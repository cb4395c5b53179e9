import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Button, IconButton } from '../../../kit/index.ts'
import { initialValue, isArray, type Json } from '../../../schema/index.ts'
import { fieldHint } from './field-hint.tsx'
import { FieldLabel } from './field-label.tsx'
import type { FieldProps } from './field-props.ts'
import { useForm, usePlace } from './form-context.ts'
import { GroupFrame } from './group-frame.tsx'

/** Items that are drawn at first, and more with each wish for more. */
const ITEMS_SHOWN = 50

/** A list: absent until its first item is added; the places of a tuple have fields of their own. */
export function ArrayField({ path, name, field, required, depth, renderField }: FieldProps) {
  const { t } = useLingui()
  const { document, dispatch } = useForm()
  const { value, issues, set, clear } = usePlace(path)
  const [shown, setShown] = useState(ITEMS_SHOWN)
  const { shape } = field
  if (shape.kind !== 'array') return null
  const items = isArray(value) ? value : undefined
  const count = items?.length ?? 0
  const mayAdd = (shape.isOpen || count < shape.prefixLength) && count < (shape.max ?? Infinity)
  const add = (): void => {
    const item: Json = initialValue(document, shape.schemasAt(count)) ?? null
    set([...(items ?? []), item])
    setShown(Math.max(shown, count + 1))
  }
  return (
    <GroupFrame
      label={<FieldLabel name={name} field={field} required={required} />}
      hint={fieldHint(field)}
      issues={issues}
      actions={
        <span className="inline-flex items-center gap-2">
          <span className="text-sm text-faint">
            {items === undefined ? (
              <Trans>Not sent</Trans>
            ) : (
              <Plural value={count} _0="Sent empty" one="# item" other="# items" />
            )}
          </span>
          {items !== undefined && !required && (
            <Button size="sm" variant="ghost" aria-label={t`Leave out ${name}`} onClick={clear}>
              <Trans>Leave out</Trans>
            </Button>
          )}
        </span>
      }
    >
      {() => (
        <div className="flex min-w-0 flex-col gap-3">
          {count > 0 && (
            <ol className="flex min-w-0 flex-col gap-3 border-s-2 border-line ps-3 sm:ps-4">
              {items?.slice(0, shown).map((_, index) => (
                <li key={index} className="flex min-w-0 items-start gap-1">
                  <div className="min-w-0 flex-1">
                    {renderField({
                      path: [...path, index],
                      name: `${name}[${index}]`,
                      schemas: shape.schemasAt(index),
                      required: true,
                      depth: depth + 1,
                    })}
                  </div>
                  <IconButton
                    label={t`Remove item ${index + 1} of ${name}`}
                    icon={Trash2}
                    onClick={() => dispatch({ do: 'clear', path: [...path, index] })}
                  />
                </li>
              ))}
            </ol>
          )}
          <span className="flex flex-wrap gap-2">
            {count > shown && (
              <Button size="sm" onClick={() => setShown(shown + ITEMS_SHOWN)}>
                <Trans>Show more of {count} items</Trans>
              </Button>
            )}
            {mayAdd && (
              <Button size="sm" icon={Plus} aria-label={t`Add item to ${name}`} onClick={add}>
                <Trans>Add item</Trans>
              </Button>
            )}
          </span>
        </div>
      )}
    </GroupFrame>
  )
}
