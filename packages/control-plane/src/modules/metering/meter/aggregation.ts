/** How the events of a window become one number; defined in docs/guides/meters.md. */
export const AGGREGATIONS = [
  'count',
  'sum',
  'avg',
  'min',
  'max',
  'unique',
  'latest',
  'weighted',
] as const

/** One of {@link AGGREGATIONS}. */
export type Aggregation = (typeof AGGREGATIONS)[number]

/** What an event must say for it: nothing, any text, or a number. */
export function valueKindOf(aggregation: Aggregation): 'none' | 'text' | 'quantity' {
  switch (aggregation) {
    case 'count':
      return 'none'
    case 'unique':
      return 'text'
    case 'sum':
    case 'avg':
    case 'min':
    case 'max':
    case 'latest':
    case 'weighted':
      return 'quantity'
  }
}
