import { remembered } from '../../remembered.ts'

/** The media type of a `Content-Type` header, without parameters and in lower case; empty when there is none. */
export const mediaTypeOf = remembered((text: string): string =>
  (text.split(';')[0] ?? '').trim().toLowerCase(),
)
