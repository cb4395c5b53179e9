import { useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Select } from '../../kit/index.ts'
import { organizationsQuery } from '../../queries/balance.ts'
import { useMay, useMe, useOrchestra } from '../../session/index.ts'

/** Whose calls or money an operator looks at; nothing for everybody else, or when there is nobody else. */
export function OrganizationFilter({
  value,
  onValue,
  className = '',
}: {
  /** Absent: the caller's own. */
  value: string | undefined
  onValue: (organizationId: string | undefined) => void
  className?: string
}) {
  const { t } = useLingui()
  const { organization: own } = useMe()
  const operator = useMay('platform:operate')
  const organizations = useQuery({ ...organizationsQuery(useOrchestra()), enabled: operator })
  const others = (organizations.data?.items ?? []).filter(({ id }) => id !== own.id)
  // While the others come its place is kept, so that nothing jumps.
  if (!operator || (others.length === 0 && !organizations.isPending)) return null
  const options = [own, ...others].map(({ id, name }) => ({ value: id, label: name }))
  const known = value === undefined || options.some((option) => option.value === value)
  return (
    <Select
      aria-label={t`Organization`}
      className={className}
      options={known ? options : [...options, { value, label: value }]}
      value={value ?? own.id}
      onValue={(chosen) => onValue(chosen === own.id ? undefined : chosen)}
    />
  )
}
