import { Trans, useLingui } from '@lingui/react/macro'
import type { LedgerTransfer } from '@mcp-orchestra/sdk'
import { Dialog, Button, Identifier, KeyValue, LinkButton, Money, Time } from '../../kit/index.ts'
import type { Names } from '../../queries/names.ts'
import { AccountText } from './account-text.tsx'
import { TransferKind } from './transfer-kind.tsx'
import { TransferReference } from './transfer-reference.tsx'

/** One transfer down to its two postings, what belongs to it, and the ways on: its accounts, its call. */
export function TransferDialog({
  transfer,
  together,
  names,
  onClose,
  onAccount,
}: {
  transfer: LedgerTransfer
  /** Transfers of the same link, itself among them, as far as they are loaded. */
  together: readonly LedgerTransfer[]
  names: Names
  onClose: () => void
  onAccount: (account: string) => void
}) {
  const { t } = useLingui()
  const { id, at, kind, amount, asset, holdId, link, reference } = transfer
  const call = reference?.startsWith('evt_') === true ? reference : undefined
  return (
    <Dialog
      open
      onClose={onClose}
      title={<Trans>Transfer</Trans>}
      description={<Identifier value={id} full copy />}
      footer={
        call !== undefined && (
          <LinkButton to="/calls/$id" params={{ id: call }}>
            <Trans>Open the call</Trans>
          </LinkButton>
        )
      }
    >
      <section aria-label={t`Postings`}>
        <Posting
          account={transfer.debit}
          amount={{ amount: minus(amount), asset }}
          {...{ names, onAccount }}
        />
        <Posting account={transfer.credit} amount={{ amount, asset }} {...{ names, onAccount }} />
      </section>
      <KeyValue
        items={[
          { label: t`Kind`, value: <TransferKind kind={kind} /> },
          { label: t`Time`, value: <Time value={at} /> },
          { label: t`Smallest units`, value: <code className="break-all">{amount}</code> },
          { label: t`For`, value: <TransferReference reference={reference} /> },
          ...(holdId === null
            ? []
            : [{ label: t`Hold`, value: <Identifier value={holdId} full copy /> }]),
          ...(link === null
            ? []
            : [{ label: t`Link`, value: <code className="break-all">{link}</code> }]),
        ]}
      />
      {together.length > 1 && (
        <section aria-label={t`Made together`} className="border-t border-line pt-3">
          <p className="mb-2 font-medium">
            <Trans>Made together, all or none</Trans>
          </p>
          <ul className="flex flex-col gap-2">
            {together.map((one) => (
              <li key={one.id} className="flex flex-wrap justify-between gap-x-4">
                <span>
                  <AccountText name={one.debit} names={names} />
                  {' → '}
                  <AccountText name={one.credit} names={names} />
                </span>
                <span className="font-mono">
                  <Money value={one} />
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </Dialog>
  )
}

function Posting({
  account,
  amount,
  names,
  onAccount,
}: {
  account: string
  amount: { amount: string; asset: string }
  names: Names
  onAccount: (account: string) => void
}) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-b border-line py-2">
      <span className="flex min-w-0 flex-col">
        <AccountText name={account} names={names} />
        <code className="text-sm break-all text-muted">{account}</code>
      </span>
      <span className="flex items-center gap-3">
        <span className="font-mono">
          <Money value={amount} sign />
        </span>
        <Button size="sm" onClick={() => onAccount(account)}>
          <Trans>Its postings</Trans>
        </Button>
      </span>
    </div>
  )
}

function minus(amount: string): string {
  return (-BigInt(amount)).toString()
}
