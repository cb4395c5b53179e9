import { Trans, useLingui } from '@lingui/react/macro'
import { Checkbox, Disclosure, Field, NumberInput, Select } from '../../../kit/index.ts'
import type { ServerForm } from './server-form.ts'

/** What an unattended server may do and cost; good as it is for most. What is charged for is said once, at registration. */
export function PolicyFields({ form, isNew = true }: { form: ServerForm; isNew?: boolean }) {
  const { t } = useLingui()
  const { draft } = form
  return (
    <Disclosure summary={<Trans>Protocol, limits and charging</Trans>}>
      <div className="flex flex-col gap-4">
        <Field
          label={t`Protocol`}
          hint={t`The gateway finds out by itself; state it only when that fails.`}
        >
          {(control) => (
            <Select
              {...control}
              value={draft.era}
              onValue={(era) => form.set({ era })}
              options={[
                { value: 'auto', label: t`Find out` },
                { value: 'MCP-v1', label: t`MCP-v1 (legacy, up to 2025-11-25)` },
                { value: 'MCP-v2', label: t`MCP-v2 (modern, from 2026-07-28)` },
              ]}
            />
          )}
        </Field>
        <LimitFields form={form} />
        <div>
          <Checkbox
            label={t`Announce prices in tool lists`}
            hint={t`Clients see the price of each tool before they call it.`}
            checked={draft.announcePrices}
            onValue={(announcePrices) => form.set({ announcePrices })}
          />
          {isNew && (
            <Checkbox
              label={t`Charge results that say they are errors`}
              hint={t`Otherwise a tool error costs nothing.`}
              checked={draft.chargeToolErrors}
              onValue={(chargeToolErrors) => form.set({ chargeToolErrors })}
            />
          )}
        </div>
      </div>
    </Disclosure>
  )
}

function LimitFields({ form }: { form: ServerForm }) {
  const { t } = useLingui()
  const { draft } = form
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field
        label={t`Time limit of a call`}
        hint={t`Seconds, 1 to 3,600; then the call is released.`}
        error={form.errorOf('callTimeoutSeconds')}
      >
        {(control) => (
          <NumberInput
            {...control}
            integer
            value={draft.callTimeoutSeconds}
            onChange={(event) => form.set({ callTimeoutSeconds: event.target.value })}
            onBlur={() => form.touch('callTimeoutSeconds')}
          />
        )}
      </Field>
      <Field
        label={t`Calls at once`}
        hint={t`1 to 10,000 per gateway; more are refused.`}
        error={form.errorOf('concurrentCallsMax')}
      >
        {(control) => (
          <NumberInput
            {...control}
            integer
            value={draft.concurrentCallsMax}
            onChange={(event) => form.set({ concurrentCallsMax: event.target.value })}
            onBlur={() => form.touch('concurrentCallsMax')}
          />
        )}
      </Field>
      <Field
        label={t`Largest result`}
        hint={t`MiB, 1 to 1,024; a larger one is refused.`}
        error={form.errorOf('resultMebibytes')}
      >
        {(control) => (
          <NumberInput
            {...control}
            integer
            value={draft.resultMebibytes}
            onChange={(event) => form.set({ resultMebibytes: event.target.value })}
            onBlur={() => form.touch('resultMebibytes')}
          />
        )}
      </Field>
    </div>
  )
}
