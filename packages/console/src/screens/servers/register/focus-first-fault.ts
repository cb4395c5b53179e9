/** Moves the focus to the first faulty field of a form: after the next paint, when the faults stand at their fields. */
export function focusFirstFault(formId: string): void {
  requestAnimationFrame(() => {
    const form = document.querySelector(`#${CSS.escape(formId)}`)
    const field = form?.querySelector<HTMLElement>('[aria-invalid=true]')
    if (!field) return
    // By itself the browser leaves a field under the header, where it counts as seen (WCAG 2.4.11).
    field.focus({ preventScroll: true })
    field.scrollIntoView({ block: 'center' })
  })
}
