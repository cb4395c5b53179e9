/** Why one operation is left out: a sentence for its publisher, who sees it in the preview. */
export class OperationFault extends Error {
  override name = 'OperationFault'
}

/** The document takes more work than one may: what is not done yet is left out. */
export class WorkExhausted extends OperationFault {
  constructor() {
    super('the document is too large to look at every operation')
  }
}
