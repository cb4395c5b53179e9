import { useLingui } from '@lingui/react/macro'
import { Field, Input } from '../../../kit/index.ts'
import { SecretEntries } from './secret-entries.tsx'
import type { ServerForm } from './server-form.ts'

/** How a server at an address is reached. */
export function HttpFields({ form }: { form: ServerForm }) {
  const { t } = useLingui()
  return (
    <>
      <Field
        label={t`Address`}
        hint={t`The Streamable HTTP endpoint of the server.`}
        error={form.errorOf('url')}
        required
      >
        {(control) => (
          <Input
            {...control}
            mono
            type="url"
            inputMode="url"
            placeholder="https://mcp.example.com/mcp"
            autoComplete="off"
            spellCheck={false}
            value={form.draft.url}
            onChange={(event) => form.set({ url: event.target.value })}
            onBlur={() => form.touch('url')}
          />
        )}
      </Field>
      <SecretEntries
        form={form}
        list="headers"
        legend={t`Headers`}
        hint={t`Sent with every request to the server. Values are sealed and never shown again.`}
        example="Authorization"
      />
    </>
  )
}
