import { isGenerated, isTest, listFiles, readText } from './sources.ts'

/** Lines of a file: half of them at most this long, and all but one in twenty at most the other. */
const LINES_P50_MAX = 80
const LINES_P95_MAX = 300
/** Lines of one component's file in the console: what fits two screens. */
const COMPONENT_LINES_MAX = 150

/** Small files: the median and the tail of file lengths, tests and generated code left out. */
export function checkSizes(): readonly string[] {
  const files = listFiles('packages/*.ts', 'packages/*.tsx', 'tools/*.ts', 'bench/*.ts')
    .filter((path) => !isTest(path) && !isGenerated(path))
    .map((path) => ({ path, lines: readText(path).split('\n').length - 1 }))
  const lengths = files.map(({ lines }) => lines).sort((a, b) => a - b)
  const p50 = lengths[Math.floor(lengths.length * 0.5)] ?? 0
  const p95 = lengths[Math.floor(lengths.length * 0.95)] ?? 0
  const complaints = files
    .filter(({ path, lines }) => path.endsWith('.tsx') && lines > COMPONENT_LINES_MAX)
    .map(
      ({ path, lines }) => `${path} has ${lines} lines, a component at most ${COMPONENT_LINES_MAX}`,
    )
  if (p50 > LINES_P50_MAX) complaints.push(`half of the files are longer than ${p50} lines`)
  if (p95 > LINES_P95_MAX) complaints.push(`one file in twenty is longer than ${p95} lines`)
  return complaints
}
