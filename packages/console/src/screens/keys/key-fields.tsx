import { Trans, useLingui } from '@lingui/react/macro'
import { Field, Input, RadioGroup, Select } from '../../kit/index.ts'
import { KEY_DAYS } from './key-draft.ts'
import type { KeyFieldsProps } from './key-fields-props.ts'
import { KeyPermissions } from './key-permissions.tsx'
import { KeyServers } from './key-servers.tsx'

/** All that a new key is asked about. */
export function KeyFields(props: KeyFieldsProps) {
  const { draft, faults, onChange } = props
  const { t } = useLingui()
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-[minmax(0,1fr)_12rem]">
        <Field
          label={t`Name`}
          hint={t`Where it is used: “laptop”, “ci”, “support bot”.`}
          error={
            faults.name === 'name_too_long'
              ? t`At most 120 characters.`
              : faults.name && t`Give the key a name.`
          }
          required
        >
          {(control) => (
            <Input
              {...control}
              data-autofocus
              autoComplete="off"
              value={draft.name}
              onChange={(event) => onChange({ name: event.target.value })}
            />
          )}
        </Field>
        <Field label={t`Ends after`} hint={t`You can rotate it before.`}>
          {(control) => (
            <Select
              {...control}
              value={String(draft.days)}
              onValue={(text) =>
                onChange({ days: KEY_DAYS.find((days) => String(days) === text) ?? draft.days })
              }
              options={KEY_DAYS.map((days) => ({
                value: String(days),
                label: days === 1 ? t`1 day` : t`${days} days`,
              }))}
            />
          )}
        </Field>
      </div>
      <KeyPermissions {...props} />
      <KeyServers {...props} />
      <RadioGroup
        legend={<Trans>Whose key it is</Trans>}
        value={draft.owner}
        onValue={(owner) => onChange({ owner })}
        options={[
          {
            value: 'me',
            label: t`Mine`,
            hint: t`It never may more than I may, also when my role changes.`,
          },
          {
            value: 'organization',
            label: t`The organization’s`,
            hint: t`For a service: it stays when I leave.`,
          },
        ]}
      />
    </>
  )
}
