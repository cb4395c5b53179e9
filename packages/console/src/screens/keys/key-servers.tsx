import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Checkbox, RadioGroup, SearchInput, Skeleton } from '../../kit/index.ts'
import { serversQuery } from '../../queries/servers.ts'
import { useMay, useOrchestra } from '../../session/index.ts'
import type { KeyFieldsProps } from './key-fields-props.ts'

/** Above this many servers the choice has a search field. */
const SEARCH_ABOVE = 8

/** Which servers a new key may call. */
export function KeyServers(props: KeyFieldsProps) {
  const { draft, onChange } = props
  const { t } = useLingui()
  const maySee = useMay('servers:read')
  return (
    <div className="flex flex-col gap-2">
      <RadioGroup
        legend={t`Which servers it may call`}
        value={draft.everyServer ? 'all' : 'some'}
        onValue={(which) => onChange({ everyServer: which === 'all' })}
        options={[
          { value: 'all', label: t`All, also those to come` },
          { value: 'some', label: t`Only these`, disabled: !maySee },
        ]}
      />
      {!draft.everyServer && <ServerChoice {...props} />}
    </div>
  )
}

function ServerChoice({ draft, faults, onChange }: KeyFieldsProps) {
  const { t } = useLingui()
  const [text, setText] = useState('')
  const servers = useQuery(serversQuery(useOrchestra()))
  const all = servers.data?.items ?? []
  const shown = all.filter(({ name, alias }) =>
    `${name} ${alias}`.toLowerCase().includes(text.toLowerCase()),
  )
  const count = draft.servers.length
  return (
    <fieldset className="flex flex-col gap-2 rounded-md border border-line p-3">
      <legend className="sr-only">{t`Servers`}</legend>
      {all.length > SEARCH_ABOVE && (
        <SearchInput label={t`Find a server`} value={text} onValue={setText} />
      )}
      {servers.isPending && <Skeleton lines={4} />}
      <div className="-mx-1 grid max-h-56 gap-x-4 overflow-y-auto px-1 sm:grid-cols-2">
        {shown.map(({ id, name, alias }, index) => (
          <Checkbox
            key={id}
            label={name}
            hint={<code>{alias}</code>}
            checked={draft.servers.includes(id)}
            aria-invalid={(index === 0 && faults.servers !== undefined) || undefined}
            onValue={(checked) =>
              onChange({
                servers: checked
                  ? [...draft.servers, id]
                  : draft.servers.filter((other) => other !== id),
              })
            }
          />
        ))}
      </div>
      {faults.servers ? (
        <p role="alert" className="text-sm text-bad">
          <Trans>Choose at least one.</Trans>
        </p>
      ) : (
        <p className="text-sm text-muted" role="status">
          <Trans>{count} chosen</Trans>
        </p>
      )}
    </fieldset>
  )
}
