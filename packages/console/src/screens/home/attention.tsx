import { Plural, Trans, useLingui } from '@lingui/react/macro'
import type { Case, Server } from '@mcp-orchestra/sdk'
import { useQuery } from '@tanstack/react-query'
import { LinkButton, Notice, StatusDot } from '../../kit/index.ts'
import { openCasesQuery } from '../../queries/balance.ts'
import { useMay, useOrchestra } from '../../session/index.ts'
import { LowBalance } from '../balance/low-balance.tsx'
import type { BalanceLevel } from '../balance/level.ts'
import { CaseText } from './case-text.tsx'

/** Servers and cases that are named one by one; the rest is a number. */
const NAMED_MAX = 3

/** What a person should look at now; one calm line when there is nothing. */
export function Attention({
  servers,
  level,
}: {
  servers: readonly Server[] | undefined
  level: BalanceLevel | undefined
}) {
  const { t } = useLingui()
  const operator = useMay('platform:operate')
  const cases = useQuery({ ...openCasesQuery(useOrchestra()), enabled: operator })
  const down = servers?.filter(({ status }) => status === 'maintenance') ?? []
  const open = cases.data?.items ?? []
  const known =
    servers !== undefined && level !== undefined && (!operator || cases.data !== undefined)
  if (!known) return null
  if (down.length === 0 && open.length === 0 && level.kind === 'fine') {
    return (
      <p className="text-muted">
        <StatusDot tone="good" label={t`Nothing needs attention`} />
      </p>
    )
  }
  return (
    <section aria-label={t`Needs attention`} className="flex flex-col gap-2">
      {down.length > 0 && <DownServers down={down} />}
      <LowBalance level={level} actions={<BalanceLink operator={operator} />} />
      {open.length > 0 && <OpenCases cases={open} />}
    </section>
  )
}

function BalanceLink({ operator }: { operator: boolean }) {
  return operator ? (
    <LinkButton size="sm" to="/balance" search={{ do: 'top-up' }}>
      <Trans>Top up</Trans>
    </LinkButton>
  ) : (
    <LinkButton size="sm" to="/balance">
      <Trans>Balance</Trans>
    </LinkButton>
  )
}

function DownServers({ down }: { down: readonly Server[] }) {
  const { t } = useLingui()
  const named = down
    .slice(0, NAMED_MAX)
    .map(({ alias }) => alias)
    .join(', ')
  return (
    <Notice
      tone="bad"
      title={
        <Plural
          value={down.length}
          one="# server cannot be reached"
          other="# servers cannot be reached"
        />
      }
      actions={
        <LinkButton size="sm" to="/servers">
          <Trans>Servers</Trans>
        </LinkButton>
      }
    >
      {down.length > NAMED_MAX
        ? t`${named} and others. Calls of their tools fail, and nothing is charged.`
        : t`${named}. Calls of their tools fail, and nothing is charged.`}
    </Notice>
  )
}

function OpenCases({ cases }: { cases: readonly Case[] }) {
  return (
    <Notice
      tone="warn"
      title={<Plural value={cases.length} one="# open case" other="# open cases" />}
    >
      <ul>
        {cases.slice(0, NAMED_MAX).map((one) => (
          <li key={one.id}>
            <CaseText value={one} />
          </li>
        ))}
      </ul>
      {cases.length > NAMED_MAX && (
        <p className="text-muted">
          <Plural value={cases.length - NAMED_MAX} one="And # more." other="And # more." />
        </p>
      )}
    </Notice>
  )
}
