import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation } from '@tanstack/react-query'
import { Search } from 'lucide-react'
import { Button, Field, Input, ProblemNotice } from '../../../kit/index.ts'
import { previewMutation } from '../../../queries/openapi.ts'
import { useOrchestra } from '../../../session/index.ts'
import { OpenApiDocument } from './openapi-document.tsx'
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
      <OpenApiDocument form={form} isNew={isNew} />
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

function Offered({ count }: { count: number }) {
  return (
    <p className="text-muted">
      <Trans>It offers {count} operations. Show them to choose others.</Trans>
    </p>
  )
}
