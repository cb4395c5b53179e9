import type { Problem } from '@mcp-orchestra/kernel'

/** A server did not take the era that it was spoken to in: it may have been replaced by one of the other (MCP, era detection). */
export class NotThisEra extends Error {
  override name = 'NotThisEra'
  /** What the client is told when the server has no other era. */
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.message, { cause: problem })
    this.problem = problem
  }
}
