import { Trans } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import { Identifier } from '../../kit/index.ts'
import type { Names } from '../../queries/names.ts'
import { accountParts, type AccountParts } from './account-name.ts'

/** A ledger account in words: whose it is, and what for. The name itself is in the title. */
export function AccountText({ name, names }: { name: string; names: Names }) {
  const parts = accountParts(name)
  if (parts.role === 'unknown') return <code className="break-all">{name}</code>
  return (
    <span title={name}>
      <span className="font-medium">
        {'organizationId' in parts ? (
          <Owner id={parts.organizationId} names={names} />
        ) : (
          <Trans>Platform</Trans>
        )}
      </span>{' '}
      <span className="text-muted">{roleWords(parts)}</span>
    </span>
  )
}

function Owner({ id, names }: { id: string; names: Names }) {
  const name = names.organization(id)
  return name === undefined ? <Identifier value={id} /> : <>{name}</>
}

function roleWords(parts: Exclude<AccountParts, { role: 'unknown' }>): ReactNode {
  switch (parts.role) {
    case 'available':
      return <Trans>available</Trans>
    case 'leased':
      return <Trans>held in leases</Trans>
    case 'accrued':
      return <Trans>earned, accrued</Trans>
    case 'payable':
      return <Trans>earned, payable</Trans>
    case 'credit':
      return <Trans>credit</Trans>
    case 'reserve':
      return <Trans>earned, kept in reserve</Trans>
    case 'receivable':
      return <Trans>owes</Trans>
    case 'fees':
      return <Trans>fees</Trans>
    case 'connection_fees':
      return <Trans>connection fees</Trans>
    case 'storage_fees':
      return <Trans>storage fees</Trans>
    case 'top_ups':
      return <Trans>top-ups</Trans>
    case 'suspense':
      return <Trans>suspense</Trans>
    case 'loss':
      return <Trans>loss</Trans>
    case 'quotes':
      return <Trans>position against {parts.of}</Trans>
    case 'clearing':
      return <Trans>clearing of {parts.of}</Trans>
    case 'tax':
      return <Trans>tax of {parts.of}, payable</Trans>
    case 'loss_of':
      return <Trans>loss: {parts.of}</Trans>
  }
}
