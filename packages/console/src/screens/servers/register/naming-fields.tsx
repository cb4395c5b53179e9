import { useLingui } from '@lingui/react/macro'
import { Field, Input, RadioGroup } from '../../../kit/index.ts'
import type { ServerForm } from './server-form.ts'

/** What a server is called, and who may see it. */
export function NamingFields({ form }: { form: ServerForm }) {
  const { t } = useLingui()
  const { draft } = form
  const alias = draft.alias === '' ? t`alias` : draft.alias
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <NameField form={form} />
        <Field
          label={t`Alias`}
          hint={t`In its address: /s/${alias}/mcp`}
          error={form.errorOf('alias')}
          required
        >
          {(control) => (
            <Input
              {...control}
              mono
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              value={draft.alias}
              onChange={(event) => form.set({ alias: event.target.value })}
              onBlur={() => form.touch('alias')}
            />
          )}
        </Field>
      </div>
      <VisibilityField form={form} />
    </>
  )
}

/** What people call a server. */
export function NameField({ form }: { form: ServerForm }) {
  const { t } = useLingui()
  return (
    <Field label={t`Name`} hint={t`For people.`} error={form.errorOf('name')} optional>
      {(control) => (
        <Input
          {...control}
          autoComplete="off"
          value={form.draft.name}
          onChange={(event) => form.set({ name: event.target.value })}
          onBlur={() => form.touch('name')}
        />
      )}
    </Field>
  )
}

/** Who may see a server. */
export function VisibilityField({ form }: { form: ServerForm }) {
  const { t } = useLingui()
  return (
    <RadioGroup
      legend={t`Who may see and call it`}
      value={form.draft.visibility}
      onValue={(visibility) => form.set({ visibility })}
      options={[
        { value: 'organization', label: t`My organization` },
        {
          value: 'everyone',
          label: t`Every organization on this platform`,
          hint: t`They pay you the prices that you set.`,
        },
      ]}
    />
  )
}
