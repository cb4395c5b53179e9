import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { Button, Bytes, Field } from '../../../kit/index.ts'
import { fieldHint } from './field-hint.tsx'
import { FieldLabel } from './field-label.tsx'
import type { FieldProps } from './field-props.ts'
import { usePlace } from './form-context.ts'
import { readBase64 } from './read-base64.ts'
import { useIssueWords } from './use-issue-words.ts'

/** Bytes of a file that is sent as an argument: its base64 has to fit the gateway's limit of a request. */
const FILE_BYTES_MAX = 2_000_000

/** A file, sent as base64. */
export function FileField({ path, name, field, required }: FieldProps) {
  const { t } = useLingui()
  const words = useIssueWords()
  const { value, issues, set, clear } = usePlace(path)
  const [file, setFile] = useState<{ name: string; text: string }>()
  const [fault, setFault] = useState<string>()
  const text = typeof value === 'string' ? value : undefined
  const take = async (chosen: File | undefined): Promise<void> => {
    setFault(undefined)
    if (chosen === undefined) return
    if (chosen.size > FILE_BYTES_MAX) return setFault(t`This file is larger than 2 MB.`)
    try {
      const base64 = await readBase64(chosen)
      setFile({ name: chosen.name, text: base64 })
      set(base64)
    } catch {
      setFault(t`This file could not be read.`)
    }
  }
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <Field
        label={<FieldLabel name={name} field={field} required={required} />}
        hint={fieldHint(field)}
        error={fault ?? issues.map(words).join(' ')}
        required={required}
      >
        {(control) => (
          <input
            {...control}
            type="file"
            accept={field.shape.kind === 'file' ? field.shape.mediaType : undefined}
            onChange={(event) => void take(event.target.files?.[0])}
            className="field py-1 file:me-3 file:rounded-sm file:border-0 file:bg-hover file:px-2 file:py-1 file:text-text"
          />
        )}
      </Field>
      {text !== undefined && (
        <p className="flex flex-wrap items-center gap-2 text-sm text-muted">
          {file?.text === text && <span className="break-all">{file.name}</span>}
          <Bytes n={Math.floor((text.length * 3) / 4)} />
          <Button size="sm" variant="ghost" onClick={clear}>
            <Trans>Leave out</Trans>
          </Button>
        </p>
      )}
    </div>
  )
}
