import { verdictOf, type Bound } from '../figures/bound.ts'
import type { Table } from './table.ts'

/** The bounds with what was measured. */
export function boundsTable(bounds: readonly Bound[]): Table {
  return {
    title: 'Bounds',
    header: ['bound', 'wanted', 'measured', 'verdict', 'note'],
    rows: bounds.map((bound) => [
      bound.name,
      bound.wanted,
      bound.measured ?? '–',
      verdictOf(bound),
      bound.note,
    ]),
  }
}
