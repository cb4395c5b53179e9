import { Trans, useLingui } from '@lingui/react/macro'
import { Checkbox, Notice, RadioGroup } from '../../kit/index.ts'
import { permissionsOf } from './key-draft.ts'
import type { KeyFieldsProps } from './key-fields-props.ts'
import { PERMISSION_WORDS } from './permission-words.ts'

/** What a new key may do: a ready set, or a choice. */
export function KeyPermissions({ draft, mine, faults, onChange }: KeyFieldsProps) {
  const { t } = useLingui()
  const chosen = permissionsOf(draft, mine)
  return (
    <div className="flex flex-col gap-2">
      <RadioGroup
        legend={t`What it may do`}
        value={draft.preset}
        // One's own choice begins with what the set before it had.
        onValue={(preset) => onChange({ preset, permissions: chosen })}
        options={[
          {
            value: 'call',
            label: t`Call tools`,
            hint: t`For MCP clients; it can spend money and see nothing.`,
            disabled: !mine.includes('tools:call'),
          },
          { value: 'read', label: t`Read only`, hint: t`For reports; it cannot spend or change.` },
          {
            value: 'all',
            label: t`Everything I may`,
            hint: t`For scripts that manage the platform.`,
          },
          { value: 'chosen', label: t`My own choice` },
        ]}
      />
      {draft.preset === 'chosen' && (
        <PermissionChoice draft={draft} mine={mine} faults={faults} onChange={onChange} />
      )}
      {draft.preset !== 'chosen' && faults.permissions && (
        <p className="text-sm text-bad">
          <Trans>You hold no permission of this set.</Trans>
        </p>
      )}
      {chosen.includes('platform:operate') && (
        <Notice tone="warn" title={t`This key can run the platform.`}>
          <Trans>Whoever has it can top up balances and start processes. Prefer less.</Trans>
        </Notice>
      )}
    </div>
  )
}

function PermissionChoice({ draft, mine, faults, onChange }: KeyFieldsProps) {
  const { t, i18n } = useLingui()
  return (
    <fieldset className="rounded-md border border-line px-3 py-1.5">
      <legend className="sr-only">{t`Permissions`}</legend>
      <div className="grid gap-x-4 sm:grid-cols-2">
        {mine.map((permission, index) => (
          <Checkbox
            key={permission}
            label={<code>{permission}</code>}
            hint={i18n._(PERMISSION_WORDS[permission])}
            checked={draft.permissions.includes(permission)}
            aria-invalid={(index === 0 && faults.permissions !== undefined) || undefined}
            onValue={(checked) =>
              onChange({
                permissions: checked
                  ? [...draft.permissions, permission]
                  : draft.permissions.filter((other) => other !== permission),
              })
            }
          />
        ))}
      </div>
      {faults.permissions && (
        <p role="alert" className="pb-1.5 text-sm text-bad">
          <Trans>Choose at least one.</Trans>
        </p>
      )}
    </fieldset>
  )
}
