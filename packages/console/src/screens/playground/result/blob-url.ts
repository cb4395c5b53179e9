import { useCallback, type RefCallback } from 'react'

/** Puts bytes into a picture or a sound, and gives their memory back when it is shown no more. */
export function useBlobSource<E extends HTMLImageElement | HTMLAudioElement>(
  bytes: Uint8Array<ArrayBuffer>,
  type: string,
): RefCallback<E> {
  return useCallback(
    (element) => {
      if (element === null) return undefined
      const url = URL.createObjectURL(new Blob([bytes], { type }))
      element.src = url
      return () => URL.revokeObjectURL(url)
    },
    [bytes, type],
  )
}

/** Hands bytes or a text to the browser as a file. */
export function download(content: BlobPart, name: string, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }))
  const anchor = document.createElement('a')
  anchor.href = url
  anchor.download = name
  anchor.click()
  // The download has begun with the click; the address is needed no longer than until the next task.
  setTimeout(() => URL.revokeObjectURL(url))
}
