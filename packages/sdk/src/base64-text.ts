/** The base64 of a text's UTF-8 bytes (RFC 4648 §4). */
export function base64Text(text: string): string {
  let binary = ''
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte)
  return btoa(binary)
}
