import type { UsageEvent } from '../../metering/index.ts'

/** What a tax engine and a screening say of a call, by name: the record says who was asked. */
export type DecisionHooks = {
  readonly tax: {
    readonly name: string
    /** Tax on what was posted, in the asset's smallest unit. */
    taxOf(event: UsageEvent): bigint
  }
  readonly screening: {
    readonly name: string
    resultOf(event: UsageEvent): 'passed' | 'not_screened'
  }
}

/** Nobody is asked: no tax is taken with a call, and nobody is screened for one. */
export const NO_HOOKS: DecisionHooks = {
  tax: { name: 'none', taxOf: () => 0n },
  screening: { name: 'none', resultOf: () => 'not_screened' },
}
