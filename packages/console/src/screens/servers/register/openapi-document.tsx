import { Trans, useLingui } from '@lingui/react/macro'
import { FileUp } from 'lucide-react'
import { useRef } from 'react'
import { Button, Field, Input, Tabs, TextArea } from '../../../kit/index.ts'
import type { ServerForm } from './server-form.ts'

/** Where the document of a REST API is: at an address, or pasted or chosen as a file. */
export function OpenApiDocument({ form, isNew }: { form: ServerForm; isNew: boolean }) {
  const { t } = useLingui()
  const { source } = form.draft
  return (
    <Tabs
      label={t`Where the OpenAPI document is`}
      value={source}
      onChange={(next) => form.set({ source: next })}
      items={[
        { value: 'address', label: t`At an address` },
        { value: 'text', label: t`Text or file` },
      ]}
    >
      <div className="pt-3">
        {source === 'address' ? (
          <AddressField form={form} />
        ) : (
          <TextField form={form} isNew={isNew} />
        )}
      </div>
    </Tabs>
  )
}

function AddressField({ form }: { form: ServerForm }) {
  const { t } = useLingui()
  return (
    <Field
      label={t`Address of the document`}
      hint={t`OpenAPI 3.0 or 3.1, JSON or YAML. The platform reads it once; redirects are not followed.`}
      error={form.errorOf('documentUrl')}
      required
    >
      {(control) => (
        <Input
          {...control}
          mono
          type="url"
          inputMode="url"
          placeholder="https://api.example.com/openapi.json"
          autoComplete="off"
          spellCheck={false}
          value={form.draft.documentUrl}
          onChange={(event) => form.set({ documentUrl: event.target.value })}
          onBlur={() => form.touch('documentUrl')}
        />
      )}
    </Field>
  )
}

function TextField({ form, isNew }: { form: ServerForm; isNew: boolean }) {
  const { t } = useLingui()
  const file = useRef<HTMLInputElement>(null)
  const load = async (chosen: File | undefined): Promise<void> => {
    if (chosen !== undefined) form.set({ document: await chosen.text() })
  }
  return (
    <div className="flex flex-col gap-2">
      <Field
        label={t`OpenAPI document`}
        hint={
          isNew ? t`OpenAPI 3.0 or 3.1, JSON or YAML.` : t`Empty: the document that it has stays.`
        }
        error={form.errorOf('document')}
        required={isNew}
      >
        {(control) => (
          <TextArea
            {...control}
            mono
            rows={6}
            spellCheck={false}
            placeholder={'openapi: 3.1.0\ninfo: …'}
            value={form.draft.document}
            onChange={(event) => form.set({ document: event.target.value })}
            onBlur={() => form.touch('document')}
          />
        )}
      </Field>
      <div>
        <Button size="sm" icon={FileUp} onClick={() => file.current?.click()}>
          <Trans>Choose a file</Trans>
        </Button>
        <input
          ref={file}
          type="file"
          hidden
          aria-label={t`OpenAPI document from a file`}
          accept=".json,.yaml,.yml,application/json,application/yaml"
          onChange={(event) => void load(event.target.files?.[0])}
        />
      </div>
    </div>
  )
}
