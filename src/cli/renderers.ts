import { renderSql } from '../analysis/sql/quote.ts'
import { loadGrammars } from '../analysis/sql/read.ts'
import type { Renderers } from '../catalog/virtual/filling.ts'

/** How virtual tools put values into SQL, once the grammars are loaded. */
export async function loadRenderers(): Promise<Renderers> {
  await loadGrammars()
  return {
    sql(template, values, dialect) {
      try {
        return { text: renderSql(template, values, dialect) }
      } catch (error) {
        return { why: error instanceof Error ? error.message : 'it cannot be put into SQL' }
      }
    },
  }
}

/** For looking at a configuration alone, and for one without virtual tools: SQL is not read. */
export const UNREAD: Renderers = { sql: (template) => ({ text: template }) }
