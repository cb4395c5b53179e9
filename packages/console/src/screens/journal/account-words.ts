import { useLingui } from '@lingui/react/macro'
import type { Names } from '../../queries/names.ts'
import { accountParts } from './account-name.ts'

/** An account's name as one line of text: whose it is, and what for. */
export function useAccountWords(names: Names): (name: string) => string {
  const { t } = useLingui()
  const owner = (id: string): string => names.organization(id) ?? id
  return (name) => {
    const parts = accountParts(name)
    switch (parts.role) {
      case 'available':
        return t`${owner(parts.organizationId)}: available`
      case 'leased':
        return t`${owner(parts.organizationId)}: held in leases (${parts.incarnationId.slice(-6)})`
      case 'credit':
        return t`${owner(parts.organizationId)}: credit`
      case 'accrued':
        return t`${owner(parts.organizationId)}: earned, accrued`
      case 'payable':
        return t`${owner(parts.organizationId)}: earned, payable`
      case 'reserve':
        return t`${owner(parts.organizationId)}: earned, kept in reserve`
      case 'receivable':
        return t`${owner(parts.organizationId)}: owes`
      case 'fees':
        return t`Platform: fees`
      case 'connection_fees':
        return t`Platform: connection fees`
      case 'storage_fees':
        return t`Platform: storage fees`
      case 'top_ups':
        return t`Platform: top-ups`
      case 'suspense':
        return t`Platform: suspense`
      case 'loss':
        return t`Platform: loss`
      case 'quotes':
        return t`Platform: position against ${parts.of}`
      case 'clearing':
        return t`Platform: clearing of ${parts.of}`
      case 'tax':
        return t`Platform: tax of ${parts.of}, payable`
      case 'loss_of':
        return t`Loss: ${parts.of}`
      case 'unknown':
        return name
    }
  }
}
