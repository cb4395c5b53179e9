import { useLingui } from '@lingui/react/macro'
import type { Server } from '@mcp-orchestra/sdk'
import { Field, Select } from '../../../kit/index.ts'

/** The servers that may be called, by name; what is wrong with one stands behind its name. */
export function ServerPicker({
  servers,
  chosen,
  onChoose,
}: {
  servers: readonly Server[]
  chosen: string | undefined
  onChoose: (alias: string) => void
}) {
  const { t } = useLingui()
  const words = {
    active: undefined,
    inactive: t`switched off`,
    maintenance: t`not reached`,
  }
  const options = servers
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .map(({ alias, name, status }) => ({
      value: alias,
      label: [name, alias === name ? undefined : alias, words[status]].filter(Boolean).join(' · '),
    }))
  const known = options.some(({ value }) => value === chosen)
  return (
    <Field label={t`Server`}>
      {(control) => (
        <Select
          {...control}
          value={chosen ?? ''}
          onValue={(alias) => alias !== '' && onChoose(alias)}
          options={[
            ...(known ? [] : [{ value: chosen ?? '', label: chosen ?? t`Choose a server` }]),
            ...options,
          ]}
        />
      )}
    </Field>
  )
}
