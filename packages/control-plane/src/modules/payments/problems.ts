import { problemsOf } from '@mcp-orchestra/kernel'

/** What payments refuses. */
export const PAYMENTS_PROBLEMS = {
  'payments.journal_broken': {
    status: 409,
    title:
      'The journal does not continue from where it was: shipping stops until a person has looked.',
    retryable: false,
  },
  'payments.incarnation_unknown': {
    status: 409,
    title: 'This gateway process is not registered here. Register it again, with its journals.',
    retryable: true,
  },
  'payments.incarnation_closed': {
    status: 409,
    title: 'This gateway process has ended, was taken over or was declared lost: it gets no lease.',
    retryable: false,
  },
  'payments.registration_malformed': {
    status: 400,
    title: 'The registration names ids that cannot be.',
    retryable: false,
  },
  'payments.slot_mismatch': {
    status: 403,
    title: 'The incarnation belongs to another gateway.',
    retryable: false,
  },
  'payments.scope_stale': {
    status: 409,
    title:
      'The caps named are not those that bind the payer now. Refresh the snapshot, then ask again.',
    retryable: true,
  },
  'payments.lease_request_malformed': {
    status: 400,
    title: 'The lease request names ids or amounts that cannot be.',
    retryable: false,
  },
  'payments.lease_request_reused': {
    status: 409,
    title: 'This request id was used for another payer.',
    retryable: false,
  },
  'payments.lease_request_spent': {
    status: 409,
    title: 'The lease of this request is closed already. Ask with a new request id.',
    retryable: false,
  },
  'payments.asset_unsupported': {
    status: 422,
    title: 'Only USD is kept for now.',
    retryable: false,
  },
  'payments.amount_zero': {
    status: 422,
    title: 'A top-up adds more than nothing.',
    retryable: false,
  },
  'payments.idempotency_key_reused': {
    status: 409,
    title: 'This Idempotency-Key was used for another request.',
    retryable: false,
  },
  'payments.organization_not_found': {
    status: 404,
    title: 'There is no such organization, or none whose money you may see.',
    retryable: false,
  },
  'payments.cap_not_found': {
    status: 404,
    title: 'There is no such cap, or none that you may see.',
    retryable: false,
  },
  'payments.cap_scope_unknown': {
    status: 422,
    title: 'This is neither your organization nor one of its projects, agents or keys.',
    retryable: false,
  },
  'payments.cap_window_unfit': {
    status: 422,
    title: 'A session is counted from its first call to its last: its cap is a total.',
    retryable: false,
  },
  'payments.cap_of_mandate': {
    status: 409,
    title: 'This cap is part of a mandate: give another mandate, and revoke this one.',
    retryable: false,
  },
  'payments.cap_limit_reached': {
    status: 409,
    title: 'The scope, or the organization, has as many caps as it may have.',
    retryable: false,
  },
  'payments.stop_not_found': {
    status: 404,
    title: 'There is no such stop in force, or none that you may see.',
    retryable: false,
  },
  'payments.stop_by_operator': {
    status: 403,
    title: 'The operator of the platform stopped this, and only an operator resumes it.',
    retryable: false,
  },
  'payments.mandate_not_found': {
    status: 404,
    title: 'There is no such mandate, or none that you may see.',
    retryable: false,
  },
  'payments.mandate_revoked': {
    status: 409,
    title: 'The mandate was revoked already.',
    retryable: false,
  },
  'payments.mandate_limit_reached': {
    status: 409,
    title: 'The key or agent has as many mandates in force as it may have; revoke some.',
    retryable: false,
  },
  'payments.mandate_principal_unfit': {
    status: 422,
    title: 'A key that may make keys could make one that its mandate does not bind.',
    retryable: false,
  },
  'payments.dispute_not_found': {
    status: 404,
    title: 'There is no such dispute, or none that you may see.',
    retryable: false,
  },
  'payments.dispute_not_yours': {
    status: 403,
    title:
      'A payer opens and withdraws a dispute, the publisher or the operator accepts it, the operator rejects it.',
    retryable: false,
  },
  'payments.dispute_exists': {
    status: 409,
    title: 'The call is disputed already, or its dispute was rejected: `dispute` names it.',
    retryable: false,
  },
  'payments.dispute_closed': {
    status: 409,
    title: 'The dispute is closed already.',
    retryable: false,
  },
  'payments.dispute_too_late': {
    status: 422,
    title: 'The call is older than the 60 days in which it may be disputed.',
    retryable: false,
  },
  'payments.server_not_found': {
    status: 404,
    title: 'There is no such server, or none of yours.',
    retryable: false,
  },
  'payments.share_party_unknown': {
    status: 422,
    title:
      'Shares go to other organizations of this platform; this is none, or the publisher itself.',
    retryable: false,
  },
  'payments.shares_invalid': {
    status: 422,
    title: 'Shares are at most 10,000 basis points together, and one for each organization.',
    retryable: false,
  },
  'payments.shares_start_too_early': {
    status: 422,
    title:
      'Shares start a minute after they are published at the earliest, and after the version before.',
    retryable: false,
  },
  'payments.call_not_charged': {
    status: 409,
    title: 'Nothing was charged for this call, so there is nothing to give back.',
    retryable: false,
  },
  'payments.refund_exceeds_charge': {
    status: 422,
    title:
      'More than is left of what the call was charged, or nothing: `refundable` says how much is.',
    retryable: false,
  },
  'payments.refund_not_yours': {
    status: 403,
    title: 'Only the publisher of the call and the operator give refunds of it.',
    retryable: false,
  },
  'payments.refund_not_found': {
    status: 404,
    title: 'There is no such refund, or none that you may see.',
    retryable: false,
  },
  'payments.receipt_unavailable': {
    status: 409,
    title: 'This call was posted before receipts were kept: nobody can vouch for its split.',
    retryable: false,
  },
  'payments.quote_unavailable': {
    status: 503,
    title: 'No source gives a rate that is fresh and sound: nothing is quoted.',
    retryable: true,
  },
  'payments.quote_deviation': {
    status: 503,
    title: 'The sources differ by more than 2 %: nothing is quoted until they agree.',
    retryable: true,
  },
  'payments.quote_depegged': {
    status: 503,
    title: 'The stablecoin is more than 1 % away from one USD: nothing is quoted in it.',
    retryable: true,
  },
  'payments.quote_asset_unknown': {
    status: 422,
    title: 'No source quotes this asset.',
    retryable: false,
  },
  'payments.quote_amount_zero': {
    status: 422,
    title: 'A quote is of more than nothing.',
    retryable: false,
  },
  'payments.quote_not_found': {
    status: 404,
    title: 'There is no such quote, or none that you may see.',
    retryable: false,
  },
  'payments.quote_expired': {
    status: 410,
    title: 'The quote has expired.',
    retryable: false,
  },
  'payments.quote_used': {
    status: 409,
    title: 'The quote was used for another payment.',
    retryable: false,
  },
  'payments.quote_forged': {
    status: 422,
    title: 'The quote is not one that was signed here.',
    retryable: false,
  },
  'payments.quote_outdated': {
    status: 409,
    title: 'What was carried into this quote has been spent by another one since.',
    retryable: false,
  },
  'payments.quote_source_not_found': {
    status: 404,
    title: 'There is no such source of rates.',
    retryable: false,
  },
  'payments.quote_source_contradicts': {
    status: 409,
    title: 'Another source of this asset says that it has another scale, or another nature.',
    retryable: false,
  },
  'payments.quote_source_malformed': {
    status: 422,
    title: 'The source cannot be read: its rate or a pointer is malformed.',
    retryable: false,
  },
  'payments.signing_key_not_found': {
    status: 404,
    title: 'There is no such signing key.',
    retryable: false,
  },
  'payments.incarnation_not_found': {
    status: 404,
    title: 'There is no such gateway process.',
    retryable: false,
  },
  'payments.incarnation_ended': {
    status: 409,
    title: 'The gateway process has ended in order: its journal is complete and cannot be lost.',
    retryable: false,
  },
  'payments.reconciliation_running': {
    status: 409,
    title: 'The books are being reconciled already.',
    retryable: true,
  },
  'payments.payee_missing': {
    status: 409,
    title: 'Nobody has said yet where these earnings are paid.',
    retryable: false,
  },
  'payments.payee_not_found': {
    status: 404,
    title: 'There is no such payee.',
    retryable: false,
  },
  'payments.payee_not_approved': {
    status: 409,
    title: 'The destination is not approved yet.',
    retryable: true,
  },
  'payments.payee_on_hold': {
    status: 409,
    title: 'Payouts to this payee are stopped.',
    retryable: true,
  },
  'payments.destination_refused': {
    status: 422,
    title: 'Nobody can be paid there.',
    retryable: false,
  },
  'payments.destination_changed': {
    status: 409,
    title: 'The destination was changed meanwhile: look at the new one.',
    retryable: false,
  },
  'payments.rail_unknown': {
    status: 422,
    title: 'There is no such rail, or none that pays out.',
    retryable: false,
  },
  'payments.rail_speaks_for_itself': {
    status: 409,
    title: 'This rail says itself what became of a payout; nobody can say it instead.',
    retryable: false,
  },
  'payments.payout_not_found': {
    status: 404,
    title: 'There is no such payout, or none that you may see.',
    retryable: false,
  },
  'payments.payout_too_small': {
    status: 422,
    title: 'This is less than the rail pays.',
    retryable: false,
  },
  'payments.payout_not_payable': {
    status: 422,
    title: 'The rail cannot move an amount as fine as this.',
    retryable: false,
  },
  'payments.payout_exceeds_payable': {
    status: 409,
    title: 'There is not that much payable.',
    retryable: true,
  },
  'payments.payout_state': {
    status: 409,
    title: 'The payout stands where this cannot follow.',
    retryable: false,
  },
  'payments.payout_needs_member': {
    status: 409,
    title: 'A payout of this size is requested by a member, not by a service.',
    retryable: false,
  },
  'payments.payout_needs_second_person': {
    status: 409,
    title: 'Another member than the one who requested it must approve it.',
    retryable: false,
  },
  'payments.statement_missing': {
    status: 409,
    title: 'There is no statement of this payout, or not yet.',
    retryable: true,
  },
  'payments.epoch_frozen': {
    status: 409,
    title: 'The database was restored: nothing is paid out until every gateway has reported.',
    retryable: true,
  },
} as const

/** Makes a refusal of this module. */
export const refuse = problemsOf(PAYMENTS_PROBLEMS)
