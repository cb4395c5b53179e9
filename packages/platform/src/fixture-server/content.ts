/** The smallest useful picture: one red pixel, PNG, base64. */
export const PIXEL_PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='

/** The smallest useful sound: an empty WAV, base64. */
export const SILENCE_WAV = 'UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA='

/** A tool result of one text. */
export function textResult(text: string): { content: { type: 'text'; text: string }[] } {
  return { content: [{ type: 'text', text }] }
}

/** A link to the resource that never changes. */
export const STATIC_LINK = {
  type: 'resource_link',
  uri: 'test://static-text',
  name: 'static-text',
  mimeType: 'text/plain',
} as const
