import { useLingui } from '@lingui/react/macro'
import { Field, Input, TextArea } from '../../../kit/index.ts'
import { SecretEntries } from './secret-entries.tsx'
import type { ServerForm } from './server-form.ts'

/** How a server that is a process on the platform's machine is started. */
export function StdioFields({ form }: { form: ServerForm }) {
  const { t } = useLingui()
  const { draft } = form
  return (
    <>
      <Field
        label={t`Program`}
        hint={t`Only the program: it is started without a shell.`}
        error={form.errorOf('command')}
        required
      >
        {(control) => (
          <Input
            {...control}
            mono
            placeholder="npx"
            autoComplete="off"
            spellCheck={false}
            value={draft.command}
            onChange={(event) => form.set({ command: event.target.value })}
            onBlur={() => form.touch('command')}
          />
        )}
      </Field>
      <Field
        label={t`Arguments`}
        hint={t`One a line; a line may contain spaces.`}
        error={form.errorOf('args')}
        optional
      >
        {(control) => (
          <TextArea
            {...control}
            mono
            rows={2}
            spellCheck={false}
            placeholder={'-y\n@modelcontextprotocol/server-memory'}
            value={draft.args}
            onChange={(event) => form.set({ args: event.target.value })}
            onBlur={() => form.touch('args')}
          />
        )}
      </Field>
      <Field label={t`Working directory`} error={form.errorOf('cwd')} optional>
        {(control) => (
          <Input
            {...control}
            mono
            autoComplete="off"
            spellCheck={false}
            value={draft.cwd}
            onChange={(event) => form.set({ cwd: event.target.value })}
            onBlur={() => form.touch('cwd')}
          />
        )}
      </Field>
      <SecretEntries
        form={form}
        list="env"
        legend={t`Environment`}
        hint={t`The process gets only these variables. Values are sealed and never shown again.`}
        example="API_TOKEN"
      />
    </>
  )
}
