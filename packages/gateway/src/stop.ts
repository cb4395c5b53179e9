/** A named step of a stop. */
export type StopStep = readonly [name: string, run: () => Promise<void>]

/** Runs all steps in order; one that fails is told and does not keep the later ones from running. */
export async function stopInOrder(
  events: { stopping(): void; stopped(): void; stopStepFailed(step: string, cause: unknown): void },
  steps: readonly StopStep[],
): Promise<void> {
  events.stopping()
  for (const [name, run] of steps) {
    try {
      await run()
    } catch (cause) {
      events.stopStepFailed(name, cause)
    }
  }
  events.stopped()
}
