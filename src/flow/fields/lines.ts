import { formOf } from './form.ts'
import { areOfOneKind } from './kinds.ts'
import { Members, type Node } from './node.ts'

const MARKS = /^[ \t]{0,40}(?:[-*•+] +|\d{1,4}[.)] +|#{1,6} +)?/
const EMPHASIS = /[*`]/g
const NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_ .@&()/#%-]{0,39}$/u
const MAX_NAME_WORDS = 4

/**
 * Reads a text of nothing but short lines, `Name: value` or `Name = value` or things of one kind, one a
 * line, with bullets, numbers, emphasis or none. A single sentence anywhere: undefined. Linear.
 */
export function readLines(text: string): Node | undefined {
  const items: Node[] = []
  const bare: string[] = []
  let known = new Set<string>()
  for (const line of text.split(/\r?\n/)) {
    const rest = line.replace(MARKS, '').replaceAll(EMPHASIS, '').trim()
    const parts = partsOf(rest)
    if (formOf(parts?.value ?? rest) === 'text') return undefined
    known = parts === undefined ? new Set() : addPart(items, known, parts)
    if (parts === undefined && rest !== '') bare.push(rest)
  }
  return bare.length > 0 && !areOfOneKind(bare) ? undefined : single([...items, ...bare])
}

function single(items: readonly Node[]): Node | undefined {
  return items.length > 1 ? items : items[0]
}

/** A name said again, or behind other lines, begins another record. */
function addPart(items: Node[], known: Set<string>, { name, value }: Part): Set<string> {
  const isMore = known.size > 0 && !known.has(name)
  const last = items.at(-1)
  const record = isMore && last instanceof Members ? last : new Members()
  record.add(name, value)
  if (isMore) return known.add(name)
  items.push(record)
  return new Set([name])
}

interface Part {
  readonly name: string
  readonly value: string
}

function partsOf(rest: string): Part | undefined {
  const found = /^([^:=]{1,40}?) ?(?::|=)(?: +|$)/.exec(rest)
  const name = found?.[1]
  if (found === null || name === undefined || !NAME.test(name)) return undefined
  if (name.split(' ').length > MAX_NAME_WORDS || formOf(name) === 'text') return undefined
  return { name, value: rest.slice(found[0].length) }
}
