import { unescaped } from './escapes.ts'
import { MAX_DEPTH, Members, type Node } from './node.ts'

const NUMBER = /-?(?:\d[\d_]*)(?:\.\d{0,400})?(?:[eE][+-]?\d{1,5})?/y
const WORD = /[A-Za-z_][\w.]{0,79}/y
const SPACE = /[ \t\r\n]*/y
const CONSTANTS: ReadonlyMap<string, Node> = new Map<string, Node>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['True', true],
  ['False', false],
  ['None', null],
  ['undefined', null],
  ['NaN', 'NaN'],
  ['nan', 'nan'],
  ['Infinity', 'Infinity'],
  ['inf', 'inf'],
])
/** Of strings of Python: bytes, raw, text. */
const PREFIX = /^[bru]$/
const QUOTE = 34
const APOSTROPHE = 39
const BACKSLASH = 92
const CLOSERS: Readonly<Record<string, string>> = { '[': ']', '(': ')', '{': '}' }

/** The text is no literal. */
const BROKEN = Symbol('broken')

/**
 * Reads a text that is one literal of JSON (RFC 8259), Python or JavaScript from end to end, or one such
 * container a line. Undefined for all else, such as a literal with something said before or after it. Linear.
 */
export function readLiteral(text: string): Node | undefined {
  const reader = new LiteralReader(text)
  try {
    return reader.document()
  } catch (error) {
    if (error === BROKEN) return undefined
    throw error
  }
}

class LiteralReader {
  readonly #text: string
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): Node {
    this.#space()
    const first = this.#value()
    const items: Node[] = [first]
    for (;;) {
      const from = this.#at
      this.#space()
      if (this.#at === this.#text.length) break
      const isContainer = typeof items[0] === 'object' && items[0] !== null
      if (!isContainer || !this.#text.slice(from, this.#at).includes('\n')) throw BROKEN
      if (!'{['.includes(this.#text.charAt(this.#at))) throw BROKEN
      items.push(this.#value())
    }
    return items.length === 1 ? first : items
  }

  #space(): void {
    const code = this.#text.charCodeAt(this.#at)
    if (code > 32) return
    SPACE.lastIndex = this.#at
    SPACE.test(this.#text)
    this.#at = SPACE.lastIndex
  }

  #value(): Node {
    const code = this.#text.charCodeAt(this.#at)
    if (code === QUOTE || code === APOSTROPHE) return this.#string(code)
    if (code === 123) return this.#mapping()
    if (code === 91 || code === 40) return this.#list(this.#text.charAt(this.#at))
    if (code === 45 || (code >= 48 && code <= 57)) return this.#number()
    return this.#word()
  }

  #string(quote: number): string {
    const text = this.#text
    const from = this.#at + 1
    let at = from
    let escaped = false
    for (;;) {
      const code = text.charCodeAt(at)
      if (code === quote) break
      // A line break within quotes was written by nobody who escapes.
      if (Number.isNaN(code) || code === 10 || code === 13) throw BROKEN
      if (code === BACKSLASH) {
        escaped = true
        at += 1
        if (text.charCodeAt(at) === 10) throw BROKEN
      }
      at += 1
    }
    this.#at = at + 1
    const raw = text.slice(from, at)
    return escaped ? unescaped(raw) : raw
  }

  #number(): number | string {
    NUMBER.lastIndex = this.#at
    const found = NUMBER.exec(this.#text)?.[0]
    if (found === undefined) throw BROKEN
    this.#at += found.length
    const number = Number(found)
    return String(number) === found ? number : found
  }

  #word(): Node {
    WORD.lastIndex = this.#at
    const word = WORD.exec(this.#text)?.[0]
    if (word === undefined) throw BROKEN
    this.#at += word.length
    const next = this.#text.charCodeAt(this.#at)
    if (next === 40) return this.#construction(word)
    if (PREFIX.test(word) && (next === QUOTE || next === APOSTROPHE)) return this.#string(next)
    const constant = CONSTANTS.get(word)
    if (constant === undefined) throw BROKEN
    return constant
  }

  /** `Name(a='b', 3)`: a mapping named as it is. */
  #construction(word: string): Node {
    const parts = this.#list('(')
    // A moment, as a rule: one value.
    if (parts.length > 0 && parts.every((part) => typeof part === 'number')) {
      return `${word}(${parts.join(',')})`
    }
    const whole = new Members()
    whole.add(word, parts)
    return whole
  }

  #list(opener: string): Node[] {
    const closer = CLOSERS[opener] ?? ''
    const items: Node[] = []
    let named: Members | undefined
    this.#enter()
    while (!this.#closes(closer)) {
      const name = opener === '(' ? this.#argumentName() : undefined
      if (name === undefined) items.push(this.#value())
      else {
        named ??= new Members()
        named.add(name, this.#value())
      }
      this.#separator(closer)
    }
    this.#depth -= 1
    if (named !== undefined) items.push(named)
    return items
  }

  #argumentName(): string | undefined {
    WORD.lastIndex = this.#at
    const word = WORD.exec(this.#text)?.[0]
    if (word === undefined || this.#text.charAt(this.#at + word.length) !== '=') return undefined
    this.#at += word.length + 1
    return word
  }

  #mapping(): Node {
    const members = new Members()
    const items: Node[] = []
    this.#enter()
    while (!this.#closes('}')) {
      const key = this.#value()
      this.#space()
      if (this.#text.charAt(this.#at) === ':') {
        this.#at += 1
        this.#space()
        members.add(keyText(key), this.#value())
      } else items.push(key)
      this.#separator('}')
    }
    this.#depth -= 1
    if (items.length === 0) return members
    // A set of Python's; one that is half a mapping is nobody's.
    if (members.names.length > 0) throw BROKEN
    return items
  }

  #enter(): void {
    this.#depth += 1
    if (this.#depth > MAX_DEPTH) throw BROKEN
    this.#at += 1
    this.#space()
  }

  #closes(closer: string): boolean {
    if (this.#text.charAt(this.#at) !== closer) return false
    this.#at += 1
    return true
  }

  #separator(closer: string): void {
    this.#space()
    const next = this.#text.charAt(this.#at)
    if (next === closer) return
    if (next !== ',') throw BROKEN
    this.#at += 1
    this.#space()
  }
}

function keyText(key: Node): string {
  if (typeof key === 'object' && key !== null) throw BROKEN
  return String(key)
}
