/** An address that may not be reached from here. */
export class AddressRefused extends Error {
  override name = 'AddressRefused'
  constructor(host: string) {
    super(`the address of ${host} may not be reached`)
  }
}

/** An answer over its bound. */
export class AnswerTooLarge extends Error {
  override name = 'AnswerTooLarge'
  constructor(bytesMax: number) {
    super(`the answer is over ${bytesMax} bytes`)
  }
}

/** No whole answer in time. */
export class FetchTimeout extends Error {
  override name = 'FetchTimeout'
  constructor(timeoutMs: number, cause: unknown) {
    super(`no answer within ${timeoutMs} ms`, { cause })
  }
}
