/** What the accounts of one form are for, and what the database enforces for each of them. */
export type AccountClass = {
  /** One sentence, for people who read the books. */
  readonly purpose: string
  /** On which side it grows: `credit` = owed by the platform or earned, `debit` = held or lost. */
  readonly normal: 'credit' | 'debit'
  /** Whether it may never be on its other side: an organization's money is never below zero. */
  readonly limited: boolean
  /** Balance rows; more than one only where nothing is limited, so that writers do not queue. */
  readonly shards: number
}

/** Writers on one machine number about its cores; 16 rows keep them apart (infra.md 2.3: 0.95 of no contention). */
const HOT_SHARDS = 16

const OWED = { normal: 'credit', limited: true, shards: 1 } as const
const EARNED = { normal: 'credit', limited: false, shards: HOT_SHARDS } as const
const HELD = { normal: 'debit', limited: false, shards: HOT_SHARDS } as const

/**
 * The chart of accounts: every form that a name may have. Parts in angle brackets vary; what each may be
 * is said by {@link NAME_PARTS}. The rules of an account follow from its form, so no two openers disagree.
 */
export const CHART = {
  'org:<org>:available': { ...OWED, purpose: 'What a payer may still spend' },
  'org:<org>:leased:<inc>': { ...OWED, purpose: 'What a payer has lent to one gateway process' },
  'org:<org>:credit': {
    ...OWED,
    purpose: 'What a payer may spend but not withdraw: coupons, trials, committed spend',
  },
  'publisher:<org>:accrued': {
    ...OWED,
    purpose: 'What a publisher, co-publisher or affiliate earned and is not payable yet',
  },
  'publisher:<org>:payable': { ...OWED, purpose: 'What a publisher may be paid out' },
  'publisher:<org>:reserve': {
    ...OWED,
    purpose: 'What is kept back of a publisher’s earnings against refunds and disputes',
  },
  'receivable:publisher:<org>': {
    normal: 'debit',
    limited: true,
    shards: 1,
    purpose: 'What a publisher owes: a refund of what was paid out already',
  },
  'receivable:org:<org>': {
    normal: 'debit',
    limited: true,
    shards: 1,
    purpose: 'What a payer owes: an invoice with net terms',
  },
  'platform:fees': { ...EARNED, purpose: 'What the platform earned on sales' },
  'platform:connection_fees': { ...EARNED, purpose: 'What the platform earned on connections' },
  'platform:storage_fees': { ...EARNED, purpose: 'What the platform earned on storage' },
  'platform:top_ups': {
    normal: 'debit',
    limited: false,
    shards: 1,
    purpose: 'The other side of every top-up by the demo rail',
  },
  'platform:suspense': {
    normal: 'credit',
    limited: false,
    shards: 1,
    purpose: 'Amounts that cannot be explained yet; each has a case',
  },
  'platform:loss': {
    normal: 'debit',
    limited: false,
    shards: 1,
    purpose: 'What the platform bears',
  },
  'platform:quotes:<asset>': {
    ...HELD,
    purpose: 'The platform’s position against another asset: both legs of an exchange pass here',
  },
  'rail:<rail>:clearing': {
    ...HELD,
    purpose: 'What a rail holds or has under way: deposits debit it, payouts credit it',
  },
  'tax:<jurisdiction>:payable': {
    ...EARNED,
    purpose: 'Tax that was collected for a jurisdiction and not paid to it yet',
  },
  'loss:<bearer>': {
    normal: 'debit',
    limited: false,
    shards: 1,
    purpose: 'What a named bearer lost, one account for each kind of loss',
  },
} as const satisfies Readonly<Record<string, AccountClass>>

/** One of the forms in {@link CHART}. */
export type AccountForm = keyof typeof CHART

/** What the varying parts of a name may be, in words. */
export const NAME_PARTS = {
  org: 'the id of an organization',
  inc: 'the id of a gateway process',
  asset: 'the code of the other asset',
  rail: 'the name of a rail: small letters, digits and hyphens, at most 32',
  jurisdiction: 'ISO 3166: `DE`, `US-CA`',
  bearer: 'who or what bears it: small letters and underscores, at most 32',
} as const

/** One of {@link NAME_PARTS}. */
export type NamePart = keyof typeof NAME_PARTS
