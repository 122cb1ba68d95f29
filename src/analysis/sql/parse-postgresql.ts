import { FOREIGN, list, member, type Parsed, read } from './trees.ts'

/** The parts of the module that are called. Its own wrapper holds one instance for ever. */
interface PgQuery {
  readonly lengthBytesUTF8: (text: string) => number
  readonly stringToUTF8: (text: string, at: number, bytes: number) => void
  readonly UTF8ToString: (at: number) => string
  readonly getValue: (at: number, type: 'i32') => number
  readonly _malloc: (bytes: number) => number
  readonly _free: (at: number) => void
  readonly _wasm_parse_query_raw: (at: number) => number
  readonly _wasm_free_parse_result: (at: number) => void
}

let make: (() => Promise<PgQuery>) | undefined
let current: PgQuery | undefined
let spare: PgQuery | undefined

/** Loads PostgreSQL's own parser, and one to take over when it fails. */
export async function loadPostgresql(): Promise<void> {
  if (make !== undefined) return
  const path = 'libpg-query/wasm/libpg-query.js'
  const module: { readonly default: () => Promise<PgQuery> } = await import(path)
  const [first, second] = await Promise.all([module.default(), module.default()])
  make = module.default
  current = first
  spare = second
}

/** Reads a text by PostgreSQL's grammar. The text holds no NUL, and is bounded in length and depth. */
export function parsePostgresql(text: string): Parsed {
  if (current === undefined) return { kind: 'refused', why: 'cannot be read at present' }
  try {
    return parseWith(current, text)
  } catch {
    // What failed inside may have left it in any state: nothing of it is used again.
    replace()
    return { kind: 'refused', why: 'is too much for the parser' }
  }
}

function replace(): void {
  current = spare
  spare = undefined
  make?.().then(
    (fresh) => {
      if (current === undefined) current = fresh
      else spare = fresh
    },
    () => undefined,
  )
}

function parseWith(pg: PgQuery, text: string): Parsed {
  const bytes = pg.lengthBytesUTF8(text) + 1
  const at = pg._malloc(bytes)
  if (at === 0) throw new Error('no memory')
  pg.stringToUTF8(text, at, bytes)
  const result = pg._wasm_parse_query_raw(at)
  if (result === 0) throw new Error('no memory')
  // struct PgQueryParseResult { char *tree; char *stderr; PgQueryError *error }
  const tree = pg.getValue(result, 'i32')
  const error = pg.getValue(result + 8, 'i32')
  const message = error === 0 ? undefined : pg.UTF8ToString(pg.getValue(error, 'i32'))
  const json = error === 0 && tree !== 0 ? pg.UTF8ToString(tree) : undefined
  pg._free(at)
  pg._wasm_free_parse_result(result)
  if (json !== undefined) return read(list(member(JSON.parse(json), 'stmts')))
  if (message === undefined || /memory|depth/.test(message))
    return { kind: 'refused', why: 'is nested too deeply' }
  return FOREIGN
}
