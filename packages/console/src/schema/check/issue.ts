import type { Path } from '../exact/path.ts'

/** What a value breaks; the screen turns each into a sentence. */
export type IssueCode =
  | 'wrong_type'
  | 'not_allowed'
  | 'required'
  | 'required_one_of'
  | 'no_variant'
  | 'many_variants'
  | 'forbidden'
  | 'too_short'
  | 'too_long'
  | 'pattern'
  | 'format'
  | 'too_small'
  | 'too_large'
  | 'not_multiple'
  | 'too_few_items'
  | 'too_many_items'
  | 'not_unique'
  | 'too_few_members'
  | 'too_many_members'
  | 'unknown_name'
  | 'bad_name'
  | 'not_a_number'

/** One fault of a value, at the field that it is in. */
export type Issue = {
  readonly path: Path
  readonly code: IssueCode
  /** What the schema asks for: a bound, a format, names. */
  readonly wanted?: string
}

/** What checking found; `complete` is false when a bound was reached and the rest was left to the server. */
export type Findings = { readonly issues: readonly Issue[]; readonly complete: boolean }
