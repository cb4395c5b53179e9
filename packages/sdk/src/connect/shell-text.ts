/** Characters that no shell looks at twice, outside of quotes. */
const PLAIN = /^[A-Za-z0-9_.:/=@,+-]+$/
/** The same with spaces: double quotes hold them together in POSIX shells, PowerShell and cmd alike. */
const SPACED = /^[A-Za-z0-9_.:/=@,+ -]+$/

/** One argument of a command line; text with odd characters is quoted for POSIX shells (POSIX 2024, XCU §2.2.2). */
export function shellText(text: string): string {
  if (PLAIN.test(text)) return text
  return SPACED.test(text) ? `"${text}"` : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
