/** An argument that cannot be sent: told to the model as a tool error, so that it can mend it (MCP 2025-11-25, error handling). */
export class ArgumentFault extends Error {
  override name = 'ArgumentFault'
}
