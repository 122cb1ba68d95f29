import { unescaped } from './escapes.ts'
import type { Field } from './field.ts'
import { BINDING, formOf } from './form.ts'
import { readLiteral } from './literal.ts'
import { type NameFacts, nameFacts } from './names.ts'
import { Members, type Node } from './node.ts'
import { readText } from './read-text.ts'

/** Texts within texts, at most. */
const MAX_NESTING = 4
/** What lies deeper is text, and has the pointer of what holds it. */
const MAX_LEVELS = 100
/** Longer pointers stop growing. */
const MAX_AT = 400
/** Escapes within escapes, at most. */
const MAX_ESCAPES = 3
const OPENS = /^\s{0,8}["'[{(]/

/** Where a node stands. */
export interface Place {
  readonly at: string
  readonly name: string
  /** By its name, what is written here is written for people. */
  readonly isFree: boolean
}

/** Collects the fields of nodes. One for each message: it remembers what names tell. */
export class Walk {
  readonly fields: Field[] = []
  readonly #names = new Map<string, NameFacts>()
  readonly #bare = new Set<string>()
  #nesting = 0
  #level = 0

  /** Adds the fields of a node, in the order in which they stand in it. */
  add(node: Node, place: Place): void {
    if (typeof node === 'string') this.#leaf(node, place)
    else if (typeof node === 'number') this.#push(String(node), place, 'value')
    else if (typeof node === 'object' && node !== null) this.#container(node, place)
  }

  /** Adds a member of what stands at a place. */
  addMember(name: string, node: Node, place: Place): void {
    this.#members([name], [node], place)
  }

  /** Adds a text that stands for itself: what structure it has is its own. */
  addText(text: string, place: Place): void {
    const reading = readText(text)
    const from = this.fields.length
    if (reading !== undefined) this.#within(reading.node, place)
    if (reading === undefined || (!reading.isSure && this.#hasProse(from))) {
      this.fields.length = from
      this.#push(text, place, 'text')
    }
  }

  #hasProse(from: number): boolean {
    return this.fields.slice(from).some(({ text }) => formOf(text) === 'text' || BINDING.test(text))
  }

  /** Takes all fields from an index on for text. */
  demote(from: number): void {
    for (let index = from; index < this.fields.length; index += 1) {
      const field = this.fields[index]
      if (field?.form === 'value') this.fields[index] = { ...field, form: 'text' }
    }
  }

  #container(node: object, place: Place): void {
    if (this.#level >= MAX_LEVELS) {
      this.#push(textsOf(node).join('\n'), place, 'text')
      return
    }
    this.#level += 1
    if (Array.isArray(node)) this.#items(node, place)
    else if (node instanceof Members) this.#members(node.names, node.nodes, place)
    else this.#members(Object.keys(node), Object.values(node), place)
    this.#level -= 1
  }

  #items(items: readonly Node[], { at, name, isFree }: Place): void {
    for (let index = 0; index < items.length; index += 1) {
      this.add(items[index] ?? null, { at: deeper(at, `/${index}`), name, isFree })
    }
  }

  #members(names: readonly string[], nodes: readonly Node[], { at, name: parent }: Place): void {
    const isTable = names.length > 1 && nodes.every((node) => typeof node === 'object')
    for (let index = 0; index < names.length; index += 1) {
      const name = names[index] ?? ''
      const { step, isFree, isData } = this.#facts(name)
      const node = nodes[index] ?? null
      const below = deeper(at, step)
      const own = { at: below, name: parent, isFree: false }
      if (isData || isTable || below === at) this.#push(name, own, formOf(name))
      const from = this.fields.length
      this.add(node, { at: below, name, isFree })
      // Where a member holds nothing to be read, its name is all it says: once is enough.
      if (this.fields.length === from && !isData && !this.#bare.has(name)) {
        this.#bare.add(name)
        this.#push(name, own, formOf(name))
      }
    }
  }

  #facts(name: string): NameFacts {
    let facts = this.#names.get(name)
    if (facts === undefined) {
      facts = nameFacts(name)
      this.#names.set(name, facts)
    }
    return facts
  }

  #leaf(text: string, place: Place): void {
    const node = OPENS.test(text) && this.#nesting < MAX_NESTING ? readLiteral(text) : undefined
    if (node === undefined) {
      this.#push(text, place, place.isFree ? 'text' : formOf(text))
      return
    }
    const from = this.fields.length
    this.#within(node, place)
    // Whoever fills one member of a record may write a record of their own into it.
    const added = this.fields.slice(from)
    if (place.isFree || added.some(({ form }) => form === 'text')) this.demote(from)
  }

  #within(node: Node, place: Place): void {
    this.#nesting += 1
    this.add(node, place)
    this.#nesting -= 1
  }

  #push(text: string, { at, name }: Place, form: Field['form']): void {
    if (text.trim() === '') return
    this.fields.push({ at, name, text, form })
    if (form === 'text' && text.includes('\\')) this.#pushUnescaped(text, { at, name })
  }

  /** Readers see through escapes that nothing undid: `\\neve@example.com` names no `neve`. */
  #pushUnescaped(text: string, { at, name }: Omit<Field, 'text' | 'form'>): void {
    let last = text
    for (let round = 0; round < MAX_ESCAPES; round += 1) {
      const next = unescaped(last)
      if (next === last) return
      this.fields.push({ at, name, text: next, form: 'text' })
      last = next
    }
  }
}

function deeper(at: string, step: string): string {
  return at.length + step.length > MAX_AT ? at : at + step
}

/** All texts within, names too, without taking stack of the process. */
function textsOf(node: object): readonly string[] {
  const texts: string[] = []
  const left: unknown[] = [node]
  while (left.length > 0) {
    const next = left.pop()
    if (typeof next === 'string' || typeof next === 'number') texts.push(String(next))
    else if (typeof next === 'object' && next !== null)
      for (const part of partsOf(next)) left.push(part)
  }
  return texts.reverse()
}

function partsOf(node: object): readonly unknown[] {
  if (Array.isArray(node)) return node
  if (node instanceof Members) return node.names.flatMap((name, index) => [name, node.nodes[index]])
  return Object.entries(node).flat()
}
