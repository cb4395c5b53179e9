import { Plural, Trans, useLingui } from '@lingui/react/macro'
import type { TrialBalance } from '@mcp-orchestra/sdk'
import { useQuery } from '@tanstack/react-query'
import { RotateCw } from 'lucide-react'
import {
  Button,
  Card,
  Money,
  Notice,
  ProblemNotice,
  Skeleton,
  StatusDot,
  Time,
} from '../../kit/index.ts'
import { trialBalanceQuery } from '../../queries/ledger.ts'
import { useNames } from '../../queries/names.ts'
import { useOrchestra } from '../../session/index.ts'
import { AccountText } from './account-text.tsx'

/** The proof that the books sum to zero, when it was made, and a button to make it again. */
export function TrialBalancePanel() {
  const proof = useQuery(trialBalanceQuery(useOrchestra()))
  return (
    <Card
      title={<Trans>Trial balance</Trans>}
      actions={
        <Button
          size="sm"
          icon={RotateCw}
          busy={proof.isFetching}
          onClick={() => void proof.refetch()}
        >
          <Trans>Check again</Trans>
        </Button>
      }
    >
      {proof.data !== undefined ? (
        <Proof proof={proof.data} checkedAtMs={proof.dataUpdatedAt} />
      ) : proof.error === null ? (
        <Skeleton lines={2} />
      ) : null}
      {proof.error !== null && (
        <ProblemNotice problem={proof.error} retry={() => void proof.refetch()} />
      )}
    </Card>
  )
}

function Proof({ proof, checkedAtMs }: { proof: TrialBalance; checkedAtMs: number }) {
  const { t } = useLingui()
  const names = useNames()
  const accounts = proof.accounts.length + proof.accountsOmitted
  return (
    <div role="status" className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-x-8 gap-y-3">
        <p className="text-lg font-semibold">
          {proof.balanced ? (
            <StatusDot tone="good" label={t`The books sum to zero`} />
          ) : (
            <StatusDot tone="bad" label={t`The books do not balance`} />
          )}
        </p>
        <dl className="flex flex-wrap gap-x-8 gap-y-2">
          {proof.sums.map(({ asset, difference }) => (
            <div key={asset}>
              <dt className="text-sm text-muted">
                <Trans>Credits − debits, {asset}</Trans>
              </dt>
              <dd className="font-mono font-medium">
                <Money value={{ amount: difference, asset }} />
              </dd>
            </div>
          ))}
          <div>
            <dt className="text-sm text-muted">
              <Trans>Checked</Trans>
            </dt>
            <dd>
              <Time value={new Date(checkedAtMs).toISOString()} />
            </dd>
          </div>
          <div>
            <dt className="text-sm text-muted">
              <Trans>Accounts you may see</Trans>
            </dt>
            <dd>
              <Plural value={accounts} one="# account" other="# accounts" />
            </dd>
          </div>
        </dl>
      </div>
      {proof.differences.length > 0 && (
        <Notice tone="bad" title={t`These accounts do not hold what their transfers say`}>
          <ul>
            {proof.differences.map(({ name, asset }) => (
              <li key={`${name} ${asset}`}>
                <AccountText name={name} names={names} /> ({asset})
              </li>
            ))}
          </ul>
        </Notice>
      )}
    </div>
  )
}
