import { readLiteral } from './literal.ts'
import { MAX_DEPTH, Members, type Node } from './node.ts'
import type { Reading } from './reading.ts'
import { closing, fold, foldEscaped, isPlain, needsQuotes } from './yaml-scalars.ts'

const HEADER = /^([|>])(?:[+-]?\d?|\d[+-])$/
/** What programs write before what they refer to again, and instead of it. Names of people's own hold words. */
const ANCHOR = /^&(?:id|a|o)?\d{1,6}(?: |$)/
const ALIAS = /^\*(?:id|a|o)?\d{1,6}$/
const CONSTANTS: ReadonlyMap<string, Node> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
])
const MAX_KEY = 128
/** So many names in order were put so by a program. */
const MANY_SORTED = 4

/** The text is not of the kind that programs write. */
const BROKEN = Symbol('broken')

/**
 * Reads a text as programs write YAML: block mappings and sequences, scalars of all five styles, empty or
 * JSON-like flow collections. Comments, blank lines between members, names said twice, plain scalars with
 * `: ` in them are what people or templates write: undefined. Aliases are not followed. Linear.
 */
export function readYaml(text: string): Reading | undefined {
  const reader = new YamlReader(text)
  try {
    const node = reader.document()
    return { node, isSure: reader.isDumped }
  } catch (error) {
    if (error === BROKEN) return undefined
    throw error
  }
}

class YamlReader {
  readonly #lines: string[]
  #at = 0
  #depth = 0
  #hasQuoted = false
  #hasSorted = false
  #hasUnsorted = false

  constructor(text: string) {
    this.#lines = text.trimEnd().split(/\r?\n/)
    if (this.#lines[0] === '---') this.#at = 1
  }

  /** Whether a program wrote it that quotes what has to be quoted: nobody breaks out of a member then. */
  get isDumped(): boolean {
    return this.#hasQuoted || (this.#hasSorted && !this.#hasUnsorted)
  }

  document(): Node {
    const node = this.#block(0)
    if (this.#at < this.#lines.length) throw BROKEN
    return node
  }

  #block(indent: number): Node {
    this.#depth += 1
    if (this.#depth > MAX_DEPTH) throw BROKEN
    const node = isItem(this.#rest(indent)) ? this.#sequence(indent) : this.#mapping(indent)
    this.#depth -= 1
    return node
  }

  /** The line at hand without its indent; empty where it is indented otherwise. */
  #rest(indent: number): string {
    const line = this.#lines[this.#at] ?? ''
    return indentOf(line) === indent ? line.slice(indent) : ''
  }

  #sequence(indent: number): Node {
    const items: Node[] = []
    for (let rest = this.#rest(indent); isItem(rest); rest = this.#rest(indent)) {
      const inner = rest.slice(1).trimStart()
      const column = indent + rest.length - inner.length
      if (inner !== '' && (isItem(inner) || keyOf(inner) !== undefined)) {
        this.#lines[this.#at] = ' '.repeat(column) + inner
        items.push(this.#block(column))
      } else {
        items.push(this.#value(inner, indent))
      }
    }
    return items
  }

  #mapping(indent: number): Node {
    const members = new Members()
    const known = new Set<string>()
    for (let rest = this.#rest(indent); rest !== '' && !isItem(rest); rest = this.#rest(indent)) {
      const key = keyOf(rest)
      if (key === undefined || known.has(key.name)) throw BROKEN
      known.add(key.name)
      members.add(key.name, this.#value(rest.slice(key.end).trimStart(), indent, true))
    }
    if (known.size === 0) throw BROKEN
    this.#order(members.names)
    return members
  }

  #order(names: readonly string[]): void {
    if (names.some((name, index) => index > 0 && name < (names[index - 1] ?? ''))) {
      this.#hasUnsorted = true
    } else if (names.length >= MANY_SORTED) this.#hasSorted = true
  }

  /** What stands behind a dash or a colon, and on the lines that belong to it. Moves past them. */
  #value(inner: string, indent: number, isMember = false): Node {
    const anchor = ANCHOR.exec(inner)
    const rest = anchor === null ? inner : inner.slice(anchor[0].length)
    this.#at += 1
    if (rest === '') return this.#below(indent, isMember)
    const first = rest.charAt(0)
    if (first === '|' || first === '>') return this.#blockScalar(rest, indent)
    if (first === '"' || first === "'") return this.#quoted(rest, first, indent)
    if (first === '[' || first === '{') return flow(rest)
    if (ALIAS.test(rest)) return rest
    return this.#plain(rest, indent)
  }

  #below(indent: number, isMember: boolean): Node {
    const next = this.#lines[this.#at] ?? ''
    const deeper = indentOf(next)
    if (deeper > indent && next.trim() !== '') return this.#block(deeper)
    // The items of a member may stand right under its name.
    return isMember && deeper === indent && isItem(next.slice(deeper)) ? this.#block(indent) : null
  }

  /** Lines that are indented deeper, without their indent; blank lines between them are empty. */
  #continued(indent: number, until: (line: string) => boolean): string[] {
    const lines: string[] = []
    while (this.#at < this.#lines.length) {
      const line = this.#lines[this.#at] ?? ''
      if (line.trim() !== '' && indentOf(line) <= indent) break
      this.#at += 1
      const trimmed = line.trim()
      lines.push(trimmed)
      if (until(trimmed)) break
    }
    return lines
  }

  #plain(rest: string, indent: number): Node {
    const lines = [rest.trimEnd(), ...this.#continued(indent, () => false)]
    // A blank line behind a scalar, and then another member.
    if (lines.at(-1) === '') throw BROKEN
    if (!isPlain(lines[0] ?? '')) throw BROKEN
    if (lines.some((line) => line.includes(': ') || line.includes(' #') || line.endsWith(':'))) {
      throw BROKEN
    }
    const text = fold(lines)
    return CONSTANTS.has(text) ? (CONSTANTS.get(text) ?? null) : text
  }

  #quoted(rest: string, quote: string, indent: number): string {
    let lines = [rest.slice(1)]
    let end = closing(rest, quote, 1)
    if (end === -1) {
      const more = this.#continued(indent, (line) => {
        end = closing(line, quote, 0)
        return end !== -1
      })
      if (end === -1) throw BROKEN
      lines = lines.concat(more)
    }
    const cut = lines.length === 1 ? end - 1 : end
    const last = lines.pop() ?? ''
    if (last.slice(cut + 1).trim() !== '') throw BROKEN
    const held = last.slice(0, cut)
    // The break before the closing quote is no line of its own.
    if (held !== '' || lines.at(-1) !== '') lines.push(held)
    const text = quote === '"' ? foldEscaped(lines) : fold(lines).replaceAll("''", "'")
    this.#hasQuoted ||= needsQuotes(text)
    return text
  }

  #blockScalar(header: string, indent: number): string {
    const style = HEADER.exec(header)?.[1]
    if (style === undefined) throw BROKEN
    const from = this.#at
    const trimmed = this.#continued(indent, () => false)
    this.#hasQuoted = true
    if (style === '>') return fold(trimmed)
    const lines = this.#lines.slice(from, this.#at)
    const least = lines.find((line) => line.trim() !== '')
    const margin = least === undefined ? 0 : indentOf(least)
    return lines.map((line) => line.slice(Math.min(margin, indentOf(line)))).join('\n')
  }
}

function indentOf(line: string): number {
  let at = 0
  while (line.charCodeAt(at) === 32) at += 1
  return at
}

function isItem(rest: string): boolean {
  return rest === '-' || rest.startsWith('- ')
}

/** The name that begins a member, and where what it holds begins. */
function keyOf(rest: string): { readonly name: string; readonly end: number } | undefined {
  const quote = rest.charAt(0)
  if (quote === '"' || quote === "'") {
    const end = closing(rest, quote, 1)
    if (end === -1 || !/^:(?: |$)/.test(rest.slice(end + 1, end + 3))) return undefined
    const inner = rest.slice(1, end)
    const name = quote === '"' ? foldEscaped([inner]) : inner.replaceAll("''", "'")
    return { name, end: end + 2 }
  }
  const spaced = rest.indexOf(': ')
  const end = spaced === -1 && rest.endsWith(':') ? rest.length - 1 : spaced
  if (end < 1 || end > MAX_KEY) return undefined
  const name = rest.slice(0, end)
  return isPlain(name) ? { name, end: end + 1 } : undefined
}

function flow(rest: string): Node {
  const literal = readLiteral(rest)
  if (literal !== undefined) return literal
  const items = /^\[([^[\]{}"'#:]*)\]$/.exec(rest)?.[1]
  if (items === undefined) throw BROKEN
  return items.split(',').map((item) => item.trim())
}
