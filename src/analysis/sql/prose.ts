import type { Gather } from './gather.ts'

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

/** What a statement begins with, in any of the dialects. */
const KEYWORDS = words(`
  abort alter analyze attach begin call checkpoint close cluster comment commit copy create
  deallocate declare delete desc describe detach discard do drop end execute explain fetch flush
  grant handler import insert kill listen load lock merge move notify optimize pragma prepare
  reassign refresh reindex release rename repair replace reset revoke rollback savepoint security
  select set show shutdown start table truncate unlisten unlock update use vacuum values with xa`)

/**
 * Statements that are a word followed by a name, or by nothing: `listen carefully`, `show me`,
 * `close door`. In lower case and without any sign they are sentences first.
 */
const PHRASES = words(`
  abort analyze attach begin call checkpoint close cluster comment commit copy deallocate declare
  desc describe detach discard do end execute explain fetch flush import kill listen load lock
  move notify optimize prepare refresh reindex release repair reset rollback savepoint set
  show shutdown start table unlisten unlock use vacuum values`)

/** The same, where no table is named: `grant access to Bob`. */
const ROLE_PHRASES = words('grant revoke')

/** Words of English that stand before a noun, or for one. Nobody calls a table so. */
const DETERMINERS = words(`
  a an the this that these those my your our their its his her some any all each every no another
  it them me you us him one which what`)

/** A comment, white space, or a sign that may stand before the first word. */
const BEFORE = /(?:[\s(;]+|--[^\n]*|#[^\n]*|\/\*M?!(?:\d{5})?|\/\*(?:[^*]|\*(?!\/))*\*\/)/y
const FIRST = /[A-Za-z]+/y
/** Letters, and what a sentence may hold beside them. A semicolon, a digit or an operator is none of it. */
const SENTENCE = /^(?:[\p{L}\s.,!?’-]|(?<=\p{L})'(?=\p{L}))*$/u

/** Whether a text begins with a word that a statement begins with. Comments do not hide it. */
export function mayBeSql(text: string): boolean {
  const word = firstWord(text)
  return word !== undefined && KEYWORDS.has(word.toLowerCase())
}

/**
 * Whether a text that can be read as SQL is a sentence all the same. It is one if it has nothing but
 * words, and either reads and calls nothing, or all its tables are words such as `the`, or it is a
 * phrase of a word and a name. Whoever writes for a database would have to name a real table.
 */
export function isProse(text: string, gathered: readonly Gather[]): boolean {
  if (!SENTENCE.test(text)) return false
  const written = firstWord(text) ?? ''
  // `TRUNCATE users` among words in lower case is written by somebody who means it.
  if (written === written.toUpperCase()) return false
  const word = written.toLowerCase()
  if (PHRASES.has(word)) return true
  const tables = new Set(gathered.flatMap(({ tables: each }) => [...each]))
  if (tables.size === 0) return ROLE_PHRASES.has(word) || gathered.every(readsOnly)
  return [...tables].every((table) => DETERMINERS.has(table.toLowerCase()))
}

function readsOnly({ classes, functions, flags }: Gather): boolean {
  return (
    [...classes].every((each) => each === 'read') && functions.size === 0 && !flags.has('dynamic')
  )
}

function firstWord(text: string): string | undefined {
  let at = 0
  for (;;) {
    BEFORE.lastIndex = at
    if (!BEFORE.test(text)) break
    at = BEFORE.lastIndex
  }
  FIRST.lastIndex = at
  return FIRST.exec(text)?.[0]
}
