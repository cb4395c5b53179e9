/** Tells the control plane which version is applied. */
export interface Acknowledger {
  /** At most one acknowledgement is under way; the latest version follows it. */
  acknowledge(version: number): void
}

/** Coalesces acknowledgements: a mutation waits for the newest version, never for each (spending §7.21). */
export function createAcknowledger(
  send: (version: number) => Promise<void>,
  onFailed: (cause: unknown) => void,
): Acknowledger {
  let wanted = -1
  let sending = false
  const run = async (): Promise<void> => {
    sending = true
    let sent = -1
    while (sent !== wanted) {
      sent = wanted
      try {
        await send(sent)
      } catch (cause) {
        // The stream's next version, or the reconnect after the link broke, acknowledges again.
        onFailed(cause)
      }
    }
    sending = false
  }
  return {
    acknowledge(version) {
      wanted = version
      if (!sending) void run()
    },
  }
}
