/** The mark and the name; the mark is three voices that end in one line. */
export function Brand({ large = false }: { large?: boolean }) {
  const size = large ? 28 : 20
  return (
    <span className="inline-flex items-center gap-2 font-semibold tracking-tight whitespace-nowrap">
      <svg
        width={size}
        height={size}
        viewBox="0 0 24 24"
        aria-hidden
        fill="none"
        className="text-accent-text"
      >
        <path
          d="M3 5h4c4 0 4 7 8 7h6M3 12h18M3 19h4c4 0 4-7 8-7"
          stroke="currentColor"
          strokeWidth="2.2"
          strokeLinecap="round"
        />
      </svg>
      <span className={large ? 'text-lg' : undefined}>MCP-Orchestra</span>
    </span>
  )
}
