/** What is chosen on the left, what is done with it on the right; one under the other where it is narrow. */
export function PickerLayout({ left, right }: { left: React.ReactNode; right: React.ReactNode }) {
  return (
    <div className="grid min-w-0 grid-cols-1 items-start gap-x-8 gap-y-5 lg:grid-cols-[300px_minmax(0,1fr)]">
      <div className="min-w-0 lg:sticky lg:top-[calc(var(--size-header)+20px)]">{left}</div>
      <div className="min-w-0">{right}</div>
    </div>
  )
}
