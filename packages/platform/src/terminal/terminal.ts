import type { WriteStream } from 'node:tty'
import { createStyle, type Style } from './style.ts'

/** The person's terminal: finished lines on standard output, one passing line while something starts. */
export type Terminal = {
  readonly style: Style
  /** Whether `style` colours. */
  readonly colours: boolean
  /** Text as it is. */
  write(text: string): void
  print(text: string): void
  /** A line that the next one replaces; where the output is no terminal, nothing. */
  passing(text: string): void
  /** One sentence about what went wrong, on standard error. */
  complain(sentence: string): void
}

const CLEAR_LINE = '\r\u001B[2K'

/** The terminal of this process. */
export function openTerminal(out: WriteStream, err: WriteStream): Terminal {
  const isTty = out.isTTY
  const colours = isTty && out.hasColors()
  const style = createStyle(colours)
  let isPassing = false
  const clear = (): void => {
    if (isPassing) out.write(CLEAR_LINE)
    isPassing = false
  }
  const write = (text: string): void => {
    clear()
    out.write(text)
  }
  return {
    style,
    colours,
    write,
    print: (text) => write(`${text}\n`),
    passing(text) {
      if (!isTty) return
      clear()
      out.write(text)
      isPassing = true
    },
    complain(sentence) {
      clear()
      const mark = err.isTTY && err.hasColors() ? createStyle(true).bad('✗') : 'error:'
      err.write(`${mark} ${sentence}\n`)
    },
  }
}
