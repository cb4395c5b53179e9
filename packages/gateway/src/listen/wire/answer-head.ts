import { STATUS_CODES } from 'node:http'
import type { AnswerHeaders } from './answer.ts'

/** Status line and headers as text, and what they say about the body. */
export type AnswerHead = {
  /** With the empty line; Latin-1. */
  readonly text: string
  /** As the headers state it, in bytes; undefined: in chunks, or no body at all. */
  readonly contentLength: number | undefined
  readonly hasBody: boolean
  /** The connection ends with this answer. */
  readonly isLast: boolean
}

/** What the connection adds to an answer's own headers. */
export type HeadFrame = {
  /** The line `Date: …` with its line end (RFC 9110 §6.6.1). */
  readonly dateLine: string
  /** `Connection` and `Keep-Alive` with their line ends, for a connection that goes on. */
  readonly keepAliveLines: string
  /** No request will be taken after this one. */
  readonly isClosing: boolean
}

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** The same that node refuses: with these, a value could start a header or an answer of its own. */
const NOT_IN_VALUE = /[^\t\x20-\x7e\x80-\xff]/
const LENGTH = /^\d{1,15}$/

/** Writes the head as node:http would; throws TypeError for a name or value that may not stand in one. */
export function formatHead(status: number, headers: AnswerHeaders, frame: HeadFrame): AnswerHead {
  if (!Number.isInteger(status) || status < 200 || status > 999)
    throw new RangeError(`no status of an answer: ${status}`)
  const hasBody = status !== 204 && status !== 304
  let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'unknown'}\r\n`
  let contentLength: number | undefined
  let connection: string | undefined
  const take = (name: string, value: string): void => {
    if (!NAME.test(name)) throw new TypeError('a header name is not a token')
    if (NOT_IN_VALUE.test(value))
      throw new TypeError(`a character of ${name} may not be in a header`)
    text += `${name}: ${value}\r\n`
    if (name.length === 14 && name.toLowerCase() === 'content-length') {
      if (contentLength !== undefined || !LENGTH.test(value))
        throw new TypeError('content-length is one number')
      contentLength = Number(value)
    } else if (name.length === 10 && name.toLowerCase() === 'connection') connection = value
    else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding')
      throw new TypeError('how the body is framed is not for its author to say')
  }
  if (Array.isArray(headers)) {
    for (let at = 0; at + 1 < headers.length; at += 2)
      take(String(headers[at]), String(headers[at + 1]))
  } else for (const name of Object.keys(headers)) take(name, headers[name] ?? '')
  text += frame.dateLine
  const isLast = frame.isClosing || (connection !== undefined && /close/i.test(connection))
  if (connection === undefined)
    text += frame.isClosing ? 'Connection: close\r\n' : frame.keepAliveLines
  if (hasBody && contentLength === undefined) text += 'Transfer-Encoding: chunked\r\n'
  return { text: `${text}\r\n`, contentLength, hasBody, isLast }
}
