/** A choice of the reader, kept in this browser; one that is not known any more falls back. */
export function savedChoice<C extends string>(name: string, choices: readonly C[], fallback: C): C {
  try {
    const saved = localStorage.getItem(`orchestra.${name}`)
    return choices.find((choice) => choice === saved) ?? fallback
  } catch {
    // Storage that is switched off: nothing is kept, everything works.
    return fallback
  }
}

/** Keeps a choice in this browser. */
export function saveChoice(name: string, choice: string): void {
  try {
    localStorage.setItem(`orchestra.${name}`, choice)
  } catch {
    // Storage that is switched off or full: the choice holds until the page is closed.
  }
}
