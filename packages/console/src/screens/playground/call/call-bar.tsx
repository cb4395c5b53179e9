import { Trans, useLingui } from '@lingui/react/macro'
import type { Balance } from '@mcp-orchestra/sdk'
import { useQuery } from '@tanstack/react-query'
import { Play } from 'lucide-react'
import { Button, Kbd, Money, Time, TextLink, Tooltip } from '../../../kit/index.ts'
import { balanceQuery } from '../../../queries/own-balance.ts'
import type { ToolPrice } from '../../../queries/prices.ts'
import { useMay, useOrchestra } from '../../../session/index.ts'
import { spendable } from '../../../queries/spendable.ts'
import { seenPrice, shortfall } from './price-of-call.ts'

/** What a call costs and what is there to pay it, beside the button that makes it. */
export function CallBar({
  price,
  isRunning,
  onCall,
}: {
  /** Undefined until it is known. */
  price: ToolPrice | undefined
  isRunning: boolean
  onCall: () => void
}) {
  const { t } = useLingui()
  const mayCall = useMay('tools:call')
  const mayRead = useMay('balance:read')
  const balance = useQuery({ ...balanceQuery(useOrchestra()), enabled: mayRead })
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
      <div className="min-w-0 text-base text-text">
        {price === undefined ? (
          <Trans>Reading the price…</Trans>
        ) : (
          <PriceWords price={price} balance={balance.data} />
        )}
      </div>
      <span className="inline-flex items-center gap-3 max-sm:w-full max-sm:[&>button]:flex-1">
        <span className="hidden text-sm text-faint sm:inline" aria-hidden>
          <Kbd>{isMac() ? '⌘' : 'Ctrl'}</Kbd> <Kbd>Enter</Kbd>
        </span>
        {mayCall ? (
          <Button
            variant="primary"
            icon={Play}
            busy={isRunning}
            aria-disabled={price === undefined}
            aria-keyshortcuts="Control+Enter Meta+Enter"
            onClick={() => onCall()}
          >
            <CallWords price={price} />
          </Button>
        ) : (
          <Tooltip text={t`Your role may not call tools.`}>
            <Button variant="primary" icon={Play} aria-disabled>
              <Trans>Call</Trans>
            </Button>
          </Tooltip>
        )}
      </span>
    </div>
  )
}

function CallWords({ price }: { price: ToolPrice | undefined }) {
  const seen = seenPrice(price?.now)
  if (seen === undefined) return <Trans>Call</Trans>
  return (
    <span>
      <Trans>
        Call for <Money value={seen.money} />
      </Trans>
    </span>
  )
}

function PriceWords({ price, balance }: { price: ToolPrice; balance: Balance | undefined }) {
  const seen = seenPrice(price.now)
  const next = price.next
  const missing =
    seen === undefined || balance === undefined
      ? undefined
      : shortfall(seen.money, spendable(balance))
  return (
    <>
      <p className="flex flex-wrap gap-x-2">
        {seen === undefined ? (
          <span className="font-semibold">
            <Trans>Free</Trans>
          </span>
        ) : (
          <span className="font-semibold">
            <Trans>
              <Money value={seen.money} /> per call
            </Trans>
          </span>
        )}
        {balance !== undefined && (
          <span className="text-muted">
            <span aria-hidden>· </span>
            <Trans>
              balance <Money value={spendable(balance)} />
            </Trans>
          </span>
        )}
      </p>
      {next !== undefined && (
        <p className="text-sm text-warn">
          <Trans>
            <Money value={next.price} /> per call from <Time value={next.startsAt} />
          </Trans>
        </p>
      )}
      {missing !== undefined && (
        <p className="text-sm text-bad">
          <Trans>
            The balance does not cover this call. <TextLink to="/balance">Top up first</TextLink>
          </Trans>
        </p>
      )}
    </>
  )
}

/** Whether the keyboard has a Command key, as far as a browser tells. */
function isMac(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent)
}
