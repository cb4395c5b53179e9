import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation } from '@tanstack/react-query'
import { FileUp, Search } from 'lucide-react'
import { useRef } from 'react'
import { Button, Field, Input, ProblemNotice, Tabs, TextArea } from '../../../kit/index.ts'
import { previewMutation } from '../../../queries/openapi.ts'
import { useOrchestra } from '../../../session/index.ts'
import { OpenApiPreviewView } from './openapi-preview.tsx'
import { SchemeFields } from './scheme-fields.tsx'
import { SecretEntries } from './secret-entries.tsx'
import { documentOf, isEmptyEntry } from './server-draft.ts'
import type { ServerForm } from './server-form.ts'

/** How a REST API becomes a server: its document, what of it is offered, where it is, and its credentials. */
export function OpenApiFields({ form, isNew = true }: { form: ServerForm; isNew?: boolean }) {
  const { t } = useLingui()
  const { draft } = form
  const preview = useMutation(previewMutation(useOrchestra()))
  const look = (): void => {
    preview.mutate(
      {
        ...documentOf(draft),
        headers: draft.headers
          .filter((entry) => !isEmptyEntry(entry))
          .map(({ name }) => name.trim()),
      },
      {
        onSuccess: ({ schemes, operations }) => {
          const known = new Set(operations.map(({ operation }) => operation))
          form.set({
            allow: isNew ? [...known] : (draft.allow ?? []).filter((each) => known.has(each)),
            credentials: schemes.map(
              ({ name }) =>
                draft.credentials.find((entry) => entry.name === name) ?? { name, value: '' },
            ),
          })
        },
      },
    )
  }
  const canLook = draft.source === 'address' ? draft.documentUrl.trim() : draft.document.trim()
  return (
    <>
      <Tabs
        label={t`Where the OpenAPI document is`}
        value={draft.source}
        onChange={(source) => form.set({ source })}
        items={[
          { value: 'address', label: t`At an address` },
          { value: 'text', label: t`Text or file` },
        ]}
      >
        <div className="pt-3">
          {draft.source === 'address' ? (
            <AddressField form={form} />
          ) : (
            <TextField form={form} isNew={isNew} />
          )}
        </div>
      </Tabs>
      <div>
        <Button icon={Search} onClick={look} busy={preview.isPending} disabled={canLook === ''}>
          <Trans>Show its operations</Trans>
        </Button>
      </div>
      {preview.isError && <ProblemNotice problem={preview.error} compact />}
      {preview.data !== undefined && <OpenApiPreviewView form={form} preview={preview.data} />}
      {preview.data === undefined && !isNew && <Offered count={draft.allow?.length ?? 0} />}
      <Field
        label={t`Address of the API`}
        hint={t`Where its paths begin. When this is empty, the first server of the document.`}
        error={form.errorOf('baseUrl')}
        optional={isNew}
      >
        {(control) => (
          <Input
            {...control}
            mono
            type="url"
            inputMode="url"
            placeholder={preview.data?.baseUrl ?? 'https://api.example.com/v1'}
            autoComplete="off"
            spellCheck={false}
            value={draft.baseUrl}
            onChange={(event) => form.set({ baseUrl: event.target.value })}
            onBlur={() => form.touch('baseUrl')}
          />
        )}
      </Field>
      <SchemeFields form={form} schemes={preview.data?.schemes ?? []} />
      <SecretEntries
        form={form}
        list="headers"
        legend={t`Headers`}
        hint={t`Sent with every request to the API. Values are sealed and never shown again.`}
        example="X-Tenant"
      />
    </>
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

function Offered({ count }: { count: number }) {
  return (
    <p className="text-muted">
      <Trans>It offers {count} operations. Show them to choose others.</Trans>
    </p>
  )
}
