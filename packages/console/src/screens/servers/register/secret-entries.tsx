import { Trans, useLingui } from '@lingui/react/macro'
import { Plus, Trash2 } from 'lucide-react'
import { useId } from 'react'
import { Button, IconButton, Input } from '../../../kit/index.ts'
import type { EntryDraft } from './server-draft.ts'
import type { ServerForm } from './server-form.ts'

/** Names with secret values: headers of an address, or variables of a process. */
export function SecretEntries({
  form,
  list,
  legend,
  hint,
  example,
}: {
  form: ServerForm
  list: 'headers' | 'env'
  legend: string
  hint: string
  example: string
}) {
  const hintId = useId()
  const entries = form.draft[list]
  const put = (next: readonly EntryDraft[]): void => form.set({ [list]: next })
  return (
    <fieldset className="flex min-w-0 flex-col gap-2" aria-describedby={hintId}>
      <legend className="mb-1 font-medium">{legend}</legend>
      <p id={hintId} className="text-sm text-muted">
        {hint}
      </p>
      {entries.map((entry, index) => (
        <SecretEntry
          key={index}
          entry={entry}
          example={example}
          error={form.errorOf(`${list}.${index}`)}
          onChange={(next) => put(entries.with(index, next))}
          onLeave={() => form.touch(`${list}.${index}`)}
          onRemove={() => put(entries.toSpliced(index, 1))}
        />
      ))}
      <div>
        <Button size="sm" icon={Plus} onClick={() => put([...entries, { name: '', value: '' }])}>
          {list === 'headers' ? <Trans>Add a header</Trans> : <Trans>Add a variable</Trans>}
        </Button>
      </div>
    </fieldset>
  )
}

function SecretEntry({
  entry,
  example,
  error,
  onChange,
  onLeave,
  onRemove,
}: {
  entry: EntryDraft
  example: string
  error: string | undefined
  onChange: (entry: EntryDraft) => void
  onLeave: () => void
  onRemove: () => void
}) {
  const { t } = useLingui()
  const errorId = useId()
  const wrong = error === undefined ? {} : { 'aria-invalid': true, 'aria-describedby': errorId }
  const name = entry.name.trim() === '' ? example : entry.name.trim()
  return (
    <div className="flex flex-col gap-1">
      <div className="flex items-start gap-2">
        <Input
          {...wrong}
          mono
          aria-label={t`Name`}
          placeholder={example}
          autoComplete="off"
          spellCheck={false}
          value={entry.name}
          onChange={(event) => onChange({ ...entry, name: event.target.value })}
          onBlur={onLeave}
          className="basis-2/5"
        />
        <Input
          {...wrong}
          mono
          type="password"
          aria-label={t`Secret value of ${name}`}
          placeholder={entry.kept === true ? t`Unchanged` : t`Secret value`}
          autoComplete="new-password"
          value={entry.value}
          onChange={(event) => onChange({ ...entry, value: event.target.value })}
          onBlur={onLeave}
          className="basis-3/5"
        />
        <IconButton label={t`Remove ${name}`} icon={Trash2} onClick={onRemove} />
      </div>
      {error !== undefined && (
        <p id={errorId} className="text-sm text-bad">
          {error}
        </p>
      )}
    </div>
  )
}
