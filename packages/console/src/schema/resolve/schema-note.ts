/** What the form does not check, so that a person knows that the server will. */
export type SchemaNote = {
  readonly code: 'unchecked_keyword' | 'not_followed' | 'too_many_schemas' | 'unchecked_format'
  readonly keyword: string
  /** The reference or format in question. */
  readonly text?: string
}
