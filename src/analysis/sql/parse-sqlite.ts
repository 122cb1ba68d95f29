import type { ParserModule } from 'sqlite3-parser'
import { FOREIGN, type Parsed, read } from './trees.ts'

let parser: Pick<ParserModule, 'parse'> | undefined

/** Loads the parser made from SQLite's own grammar. */
export async function loadSqlite(): Promise<void> {
  parser ??= await import('sqlite3-parser')
}

/** Reads a text by SQLite's grammar. The text holds no NUL, and is bounded in length and depth. */
export function parseSqlite(text: string): Parsed {
  if (parser === undefined) return { kind: 'refused', why: 'cannot be read at present' }
  try {
    const result = parser.parse(text)
    return result.status === 'ok' ? read(result.root.cmds) : FOREIGN
  } catch {
    return { kind: 'refused', why: 'is too much for the parser' }
  }
}
