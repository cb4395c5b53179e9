/** `npm run generate`: writes what is derived from something else; `check` compares instead of writing. */
import { generateDiagram } from './generate/diagram.ts'
import { generateProblemIndex } from './generate/problem-index.ts'
import { generateTables } from './generate/tables.ts'
import { generateOpenApi } from './generate-openapi.ts'

/** What to do with a generated text: write it, or complain when the file differs. */
export type GenerateOptions = { readonly check: boolean }

/** Runs every generator; returns a complaint for each file that is not what it should be. */
export async function generate(options: GenerateOptions): Promise<readonly string[]> {
  const stale = [
    generateDiagram(options),
    generateProblemIndex(options),
    generateTables(options),
    ...(await generateOpenApi(options)),
  ].flat()
  return stale.map((path) => `${path} is not up to date: npm run generate`)
}

if (import.meta.main) {
  await generate({ check: false })
  process.stdout.write('generated\n')
}
