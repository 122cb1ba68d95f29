import { parse } from 'smol-toml'
import type { TreeEntry, TreeNode } from './document.ts'

/** A line of TOML that says something: the header of a table, or a key and its value. */
export interface TomlItem {
  /** As written, below the header before it. */
  readonly keys: readonly string[]
  readonly start: number
  readonly end: number
  /** Of a key; a header has none. */
  readonly node?: TreeNode
  readonly isArray: boolean
}

/**
 * Finds where the items of a document stand that a parser took already: what is wrong in itself is not
 * looked for. Throws on what it does not understand. Linear.
 */
export function scanToml(text: string): readonly TomlItem[] {
  return new Scanner(text).items()
}

/** A scalar of TOML as a plain value: dates become texts. */
export function plainToml(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString()
  return value
}

/** Dotted keys that a table in brackets may have. */
const MAX_DOTTED = 1000

class Scanner {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  items(): readonly TomlItem[] {
    const items: TomlItem[] = []
    for (this.#skip(); this.#at < this.#text.length; this.#skip())
      items.push(this.#text[this.#at] === '[' ? this.#header() : this.#line())
    return items
  }

  #header(): TomlItem {
    const start = this.#at
    const isArray = this.#text.startsWith('[[', start)
    this.#at += isArray ? 2 : 1
    const keys = this.#keys()
    this.#take(isArray ? ']]' : ']')
    return { keys, start, end: this.#at, isArray }
  }

  #line(): TomlItem {
    const start = this.#at
    const keys = this.#keys()
    this.#take('=')
    this.#skip()
    const node = this.#value()
    return { keys, start, end: node.end, node, isArray: false }
  }

  #keys(): readonly string[] {
    const keys: string[] = []
    do {
      if (keys.length > 0) this.#at++
      this.#skip()
      keys.push(this.#key())
      this.#skip()
    } while (this.#text[this.#at] === '.')
    return keys
  }

  #key(): string {
    const start = this.#at
    const sign = this.#text[start]
    if (sign === '"' || sign === "'") return String(this.#string().value)
    while (/[\w-]/.test(this.#text[this.#at] ?? '')) this.#at++
    if (this.#at === start) throw new SyntaxError('no key')
    return this.#text.slice(start, this.#at)
  }

  #value(): TreeNode {
    const sign = this.#text[this.#at]
    if (sign === '[') return this.#list()
    if (sign === '{') return this.#table()
    if (sign === '"' || sign === "'") return this.#string()
    const start = this.#at
    while (this.#at < this.#text.length && !/[,\]}#\r\n]/.test(this.#text[this.#at] ?? ''))
      this.#at++
    return this.#scalar(start, start + this.#text.slice(start, this.#at).trimEnd().length)
  }

  #list(): TreeNode {
    const start = this.#at
    const entries: TreeEntry[] = []
    this.#at++
    for (this.#skip(); this.#text[this.#at] !== ']'; this.#skip()) {
      if (this.#isBetween()) continue
      const node = this.#value()
      entries.push({ key: entries.length, start: node.start, end: node.end, node })
    }
    this.#at++
    return { kind: 'list', start, end: this.#at, entries }
  }

  #table(): TreeNode {
    const start = this.#at
    const entries: TreeEntry[] = []
    this.#at++
    for (this.#skip(); this.#text[this.#at] !== '}'; this.#skip()) {
      if (this.#isBetween()) continue
      const { keys, node, ...range } = this.#line()
      if (node !== undefined) addDotted(entries, keys, node, range.start)
    }
    this.#at++
    return { kind: 'map', start, end: this.#at, entries }
  }

  #isBetween(): boolean {
    if (this.#at >= this.#text.length) throw new SyntaxError('no end')
    if (this.#text[this.#at] !== ',') return false
    this.#at++
    return true
  }

  #string(): TreeNode {
    const start = this.#at
    const sign = this.#text[start] ?? ''
    const isLong = this.#text.startsWith(sign.repeat(3), start)
    const quote = isLong ? sign.repeat(3) : sign
    let at = start + quote.length
    while (!this.#text.startsWith(quote, at)) {
      if (at >= this.#text.length) throw new SyntaxError('no end')
      at += sign === '"' && this.#text[at] === '\\' ? 2 : 1
    }
    at += quote.length
    // Up to two quotes may stand before the three that end it.
    while (isLong && this.#text[at] === sign) at++
    this.#at = at
    return this.#scalar(start, at)
  }

  #scalar(start: number, end: number): TreeNode {
    const { v } = parse(`v = ${this.#text.slice(start, end)}`)
    return { kind: 'scalar', start, end, value: plainToml(v), entries: [] }
  }

  #take(signs: string): void {
    this.#skip()
    if (!this.#text.startsWith(signs, this.#at)) throw new SyntaxError('unexpected sign')
    this.#at += signs.length
  }

  #skip(): void {
    for (;;) {
      while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++
      if (this.#text[this.#at] !== '#') return
      const end = this.#text.indexOf('\n', this.#at)
      this.#at = end < 0 ? this.#text.length : end
    }
  }
}

function addDotted(
  entries: TreeEntry[],
  keys: readonly string[],
  node: TreeNode,
  start: number,
): void {
  const [key = '', ...rest] = keys
  if (rest.length === 0) {
    entries.push({ key, start, end: node.end, node })
    return
  }
  const found = entries.find((entry) => entry.key === key)
  const below: TreeEntry[] = found === undefined ? [] : [...found.node.entries]
  // Each one is looked for among the others.
  if (below.length > MAX_DOTTED) throw new RangeError('too many dotted keys')
  addDotted(below, rest, node, start)
  const map: TreeNode = { kind: 'map', start, end: node.end, entries: below }
  const entry: TreeEntry = { key, start: found?.start ?? start, end: node.end, node: map }
  if (found === undefined) entries.push(entry)
  else entries[entries.indexOf(found)] = entry
}
