import { Plural, Trans, useLingui } from '@lingui/react/macro'
import type { Reconciliation } from '@mcp-orchestra/sdk'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Scale } from 'lucide-react'
import { useState } from 'react'
import {
  Button,
  Card,
  Disclosure,
  ProblemNotice,
  Select,
  Skeleton,
  StatusDot,
  Time,
} from '../../../kit/index.ts'
import { reconcileMutation, reconciliationsQuery } from '../../../queries/reconciliations.ts'
import { useOrchestra } from '../../../session/index.ts'
import { ChecksTable } from './checks-table.tsx'
import { FindingsTable } from './findings-table.tsx'

/** What was compared with what, each night and when somebody asks, and every difference; for operators. */
export function ReconciliationsPanel() {
  const { t, i18n } = useLingui()
  const orchestra = useOrchestra()
  const list = useQuery(reconciliationsQuery(orchestra))
  const reconcile = useMutation(reconcileMutation(orchestra))
  const [chosenId, setChosenId] = useState<string>()
  const { data = [] } = list
  const shown = data.find(({ id }) => id === chosenId) ?? data[0]
  const moment = new Intl.DateTimeFormat(i18n.locale, { dateStyle: 'medium', timeStyle: 'short' })
  return (
    <Card
      title={<Trans>Reconciliations</Trans>}
      actions={
        <>
          {shown !== undefined && data.length > 1 && (
            <Select
              aria-label={t`Which reconciliation`}
              options={data.map(({ id, finishedAt }) => ({
                value: id,
                label: moment.format(new Date(finishedAt)),
              }))}
              value={shown.id}
              onValue={setChosenId}
            />
          )}
          <Button
            size="sm"
            icon={Scale}
            busy={reconcile.isPending}
            onClick={() => reconcile.mutate(undefined, { onSuccess: () => setChosenId(undefined) })}
          >
            <Trans>Reconcile now</Trans>
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {reconcile.error !== null && <ProblemNotice problem={reconcile.error} />}
        {list.error !== null && (
          <ProblemNotice problem={list.error} retry={() => void list.refetch()} />
        )}
        {list.isPending && <Skeleton lines={2} />}
        {shown !== undefined && <Outcome reconciliation={shown} />}
        {list.data !== undefined && shown === undefined && (
          <p className="text-muted">
            <Trans>
              None yet. Each night everything that must be equal is compared: balances with
              transfers, transfers with calls, closings with both.
            </Trans>
          </p>
        )}
      </div>
    </Card>
  )
}

function Outcome({ reconciliation }: { reconciliation: Reconciliation }) {
  const { t } = useLingui()
  const [open, setOpen] = useState(false)
  const { found, finishedAt, askedBy, checks, findings } = reconciliation
  return (
    <div role="status" className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-x-8 gap-y-2">
        <p className="text-lg font-semibold">
          {found === 0 ? (
            <StatusDot tone="good" label={t`All that must be equal is equal`} />
          ) : (
            <StatusDot tone="bad" label={t`Not everything is equal`} />
          )}
        </p>
        <p className="text-muted">
          <Time value={finishedAt} />
          {' · '}
          {askedBy === null ? <Trans>nightly</Trans> : <Trans>asked for</Trans>}
          {' · '}
          {found === 0 ? (
            <Trans>no difference</Trans>
          ) : (
            <Plural
              value={found}
              one="# difference, with a case"
              other="# differences, each with a case"
            />
          )}
        </p>
      </div>
      {findings.length > 0 && <FindingsTable findings={findings} />}
      <Disclosure open={open} onToggle={setOpen} summary={<Trans>What was compared</Trans>}>
        {open && <ChecksTable checks={checks} />}
      </Disclosure>
    </div>
  )
}
