import { useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Select, type Option } from '../../kit/index.ts'
import { serversQuery } from '../../queries/servers.ts'
import { useMay, useOrchestra } from '../../session/index.ts'

/** What Select has for "no filter"; no server has this id. */
const ALL = ''

/** Only calls of one server. */
export function ServerFilter({
  value,
  onValue,
}: {
  value: string | undefined
  onValue: (server: string | undefined) => void
}) {
  const { t } = useLingui()
  const servers = useQuery({ ...serversQuery(useOrchestra()), enabled: useMay('servers:read') })
  const options: Option[] = [
    { value: ALL, label: t`All servers` },
    ...(servers.data?.items ?? []).map(({ id, alias }) => ({ value: id, label: alias })),
  ]
  // A server that is gone, or an alias in a link, keeps its filter and is called what the address says.
  const known = value === undefined || options.some((option) => option.value === value)
  return (
    <Select
      aria-label={t`Server`}
      className="md:w-40"
      options={known ? options : [...options, { value: value ?? ALL, label: value ?? ALL }]}
      value={value ?? ALL}
      onValue={(server) => onValue(server === ALL ? undefined : server)}
    />
  )
}
