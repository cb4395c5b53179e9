/** How long a file may take to be written before its address goes, in ms. */
const KEEP_MS = 60_000

/** Saves a text as a file on the machine of whoever looks at the page. */
export function saveText(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), KEEP_MS)
}
