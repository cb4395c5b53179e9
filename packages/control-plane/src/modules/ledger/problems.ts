import { problemsOf } from '@mcp-orchestra/kernel'

/** What the ledger refuses. */
export const LEDGER_PROBLEMS = {
  'ledger.insufficient_funds': {
    status: 402,
    title: 'The account does not hold enough for this transfer. Top it up, then try again.',
    retryable: false,
    rpcCode: 402001,
  },
  'ledger.transfer_conflict': {
    status: 409,
    title:
      'A transfer with this id exists and says something else. Use a new id for a new transfer.',
    retryable: false,
  },
  'ledger.invalid_transfer': {
    status: 422,
    title: 'A transfer moves more than nothing, between two different accounts.',
    retryable: false,
  },
  'ledger.unknown_account': {
    status: 404,
    title: 'There is no such account in this asset. Open it first.',
    retryable: false,
  },
  'ledger.unknown_asset': {
    status: 422,
    title: 'The ledger does not keep this asset.',
    retryable: false,
  },
  'ledger.not_empty': {
    status: 409,
    title: 'The ledger has transfers: it is restored into an empty one only.',
    retryable: false,
  },
  'ledger.invalid_period': {
    status: 422,
    title: 'A period begins before it ends.',
    retryable: false,
  },
  'ledger.invalid_asset': {
    status: 422,
    title: 'This cannot be registered as an asset.',
    retryable: false,
  },
  'ledger.asset_not_found': {
    status: 404,
    title: 'There is no asset with this code.',
    retryable: false,
  },
  'ledger.asset_exists': {
    status: 409,
    title: 'An asset with this id or this code is registered already.',
    retryable: false,
  },
  'ledger.asset_delisted': {
    status: 422,
    title: 'The asset is delisted: no new transfer is made in it.',
    retryable: false,
  },
  'ledger.asset_held': {
    status: 409,
    title: 'The asset cannot be delisted while somebody’s account holds any of it.',
    retryable: false,
  },
  'ledger.unknown_hold': {
    status: 404,
    title: 'There is no hold with this id.',
    retryable: false,
  },
  'ledger.hold_resolved': {
    status: 409,
    title: 'The hold was posted or voided already: that happens once.',
    retryable: false,
  },
  'ledger.not_your_accounts': {
    status: 403,
    title: 'Only the operator reads the accounts of another organization.',
    retryable: false,
    rpcCode: 403001,
  },
  'ledger.hold_exceeded': {
    status: 422,
    title: 'A hold cannot be posted for more than it holds.',
    retryable: false,
  },
} as const

/** Throws a refusal of the ledger. */
export const refuse = problemsOf(LEDGER_PROBLEMS)
