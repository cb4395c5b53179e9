import { useLingui } from '@lingui/react/macro'
import type { OpenApiPreview } from '@mcp-orchestra/sdk'
import { Field, Input } from '../../../kit/index.ts'
import type { ServerForm } from './server-form.ts'

type Scheme = OpenApiPreview['schemes'][number]

/** A secret for each security scheme of the document; one that is left empty is not used. */
export function SchemeFields({ form, schemes }: { form: ServerForm; schemes: readonly Scheme[] }) {
  const { t } = useLingui()
  const wants: Record<Scheme['wants'], string> = {
    key: t`An API key.`,
    token: t`A bearer token.`,
    user_and_password: t`User and password, as user:password.`,
  }
  const { credentials } = form.draft
  return credentials.map((entry, index) => {
    const scheme = schemes.find(({ name }) => name === entry.name)
    const sealed = t`Sealed and never shown again.`
    return (
      <Field
        key={entry.name}
        label={t`Credential for ${entry.name}`}
        hint={scheme === undefined ? sealed : `${wants[scheme.wants]} ${sealed}`}
        error={form.errorOf(`credentials.${index}`)}
        optional
      >
        {(control) => (
          <Input
            {...control}
            mono
            type="password"
            placeholder={entry.kept === true ? t`Unchanged` : t`Secret value`}
            autoComplete="new-password"
            value={entry.value}
            onChange={(event) =>
              form.set({
                credentials: credentials.with(index, { ...entry, value: event.target.value }),
              })
            }
            onBlur={() => form.touch(`credentials.${index}`)}
          />
        )}
      </Field>
    )
  })
}
