import { Trans } from '@lingui/react/macro'
import type { OrchestraProblem } from '@mcp-orchestra/sdk'
import { useState } from 'react'
import { Button, LinkButton, Money, Notice, ProblemNotice } from '../../../kit/index.ts'
import { useMay, useMe, useNow } from '../../../session/index.ts'
import { TopUpDialog } from '../../balance/top-up.tsx'
import type { CallRecord } from '../call/call-record.ts'
import { moneyIn, priceInForce, shortfall } from '../call/price-of-call.ts'
import type { CallAgain } from './result-props.ts'

/** Why a call was refused, in words, with the way on that fits. */
export function Refusal({
  record,
  problem,
  again,
}: {
  record: CallRecord
  problem: OrchestraProblem
  again: CallAgain | undefined
}) {
  if (problem.code === 'charge.price_changed') {
    return <PriceChanged record={record} problem={problem} again={again} />
  }
  if (problem.status === 402) return <NoMoney problem={problem} />
  if (problem.retryAfterSeconds !== undefined) {
    return (
      <TryLater
        problem={problem}
        endedAtMs={record.startedAtMs + record.durationMs}
        again={again}
      />
    )
  }
  return (
    <ProblemNotice
      problem={problem}
      {...(again !== undefined && problem.retryable ? { retry: () => again() } : {})}
    />
  )
}

function PriceChanged({
  record,
  problem,
  again,
}: {
  record: CallRecord
  problem: OrchestraProblem
  again: CallAgain | undefined
}) {
  const now = priceInForce(problem.members)
  return (
    <Notice
      tone="warn"
      live
      title={<Trans>The price changed since it was shown. The call was not made.</Trans>}
      actions={
        now !== undefined &&
        again !== undefined && (
          <Button variant="primary" onClick={() => again({ accepted: now })}>
            <span>
              <Trans>
                Call for <Money value={now.money} />
              </Trans>
            </span>
          </Button>
        )
      }
    >
      <p>
        {record.price === undefined ? (
          <Trans>It was free</Trans>
        ) : (
          <Trans>
            It was <Money value={record.price.money} />
          </Trans>
        )}
        {now !== undefined && (
          <Trans>
            {' '}
            and is <Money value={now.money} /> per call now.
          </Trans>
        )}
      </p>
    </Notice>
  )
}

function NoMoney({ problem }: { problem: OrchestraProblem }) {
  const me = useMe()
  const isOperator = useMay('platform:operate')
  const [open, setOpen] = useState(false)
  const price = moneyIn(problem.members['price'])
  const left = moneyIn(problem.members['available']) ?? moneyIn(problem.members['remaining'])
  const missing = price === undefined || left === undefined ? undefined : shortfall(price, left)
  const isFunds = problem.code === 'charge.insufficient_funds'
  return (
    <>
      <ProblemNotice
        problem={problem}
        actions={
          isFunds && isOperator ? (
            <Button variant="primary" onClick={() => setOpen(true)}>
              <Trans>Top up</Trans>
            </Button>
          ) : (
            <LinkButton to="/balance">
              <Trans>Open balance</Trans>
            </LinkButton>
          )
        }
      />
      {missing !== undefined && (
        <p className="text-muted">
          <Trans>
            <Money value={missing} /> more is needed for this call.
          </Trans>
        </p>
      )}
      <TopUpDialog open={open} onClose={() => setOpen(false)} organizationId={me.organization.id} />
    </>
  )
}

function TryLater({
  problem,
  endedAtMs,
  again,
}: {
  problem: OrchestraProblem
  endedAtMs: number
  again: CallAgain | undefined
}) {
  const readyAtMs = endedAtMs + (problem.retryAfterSeconds ?? 0) * 1_000
  const left = Math.ceil((readyAtMs - useNow()) / 1_000)
  return (
    <ProblemNotice
      problem={problem}
      actions={
        again !== undefined && (
          <Button disabled={left > 0} onClick={() => again()}>
            {left > 0 ? <Trans>Try again in {left} s</Trans> : <Trans>Try again</Trans>}
          </Button>
        )
      }
    />
  )
}
