/** What is done at each place where one of the literals stands: `at` is where it begins. */
export type Probe<Context> = (text: string, at: number, end: number, context: Context) => void

/** Literals, compared without regard to the case of ASCII letters, and what is done where they stand. */
export interface LiteralProbe<Context> {
  readonly literals: readonly string[]
  readonly probe: Probe<Context>
}

/**
 * One automaton over all literals (Aho and Corasick, 1975): one table look-up per character, however many
 * literals there are.
 */
export interface LiteralIndex<Context> {
  /** Calls every probe at every place of its literals, in the order of the text. */
  scan(text: string, context: Context): void
}

interface Output<Context> {
  readonly length: number
  readonly probe: Probe<Context>
}

interface Trie<Context> {
  readonly next: Map<number, number>[]
  readonly outputs: Output<Context>[][]
}

const CODE_UNITS = 65_536
/** From a capital to its small letter, in ASCII. */
const CASE = 32

export function buildLiteralIndex<Context>(
  probes: readonly LiteralProbe<Context>[],
): LiteralIndex<Context> {
  const classes = classesOf(probes)
  const { table, outputs } = automatonOf(trieOf(probes, classes), 1 + Math.max(0, ...classes))
  return {
    scan(text, context) {
      let state = 0
      for (let i = 0; i < text.length; i++) {
        const cell = table[state + (classes[text.charCodeAt(i)] as number)] as number
        state = cell >>> 1
        if ((cell & 1) === 0) continue
        for (const { length, probe } of outputs.get(state) ?? [])
          probe(text, i + 1 - length, i + 1, context)
      }
    },
  }
}

/** Each code unit of a literal its own class, its capital the same; all others are class 0. */
function classesOf<Context>(probes: readonly LiteralProbe<Context>[]): Uint8Array {
  const used = new Set(probes.flatMap(({ literals }) => literals.join('').toLowerCase().split('')))
  if (used.size > 255) throw new Error('too many different characters in literals')
  const classes = new Uint8Array(CODE_UNITS)
  let next = 1
  for (const char of used) {
    const code = char.charCodeAt(0)
    classes[code] = next
    if (char >= 'a' && char <= 'z') classes[code - CASE] = next
    next++
  }
  return classes
}

function trieOf<Context>(
  probes: readonly LiteralProbe<Context>[],
  classes: Uint8Array,
): Trie<Context> {
  const trie: Trie<Context> = { next: [new Map()], outputs: [[]] }
  for (const { literals, probe } of probes)
    for (const literal of new Set(literals.map((each) => each.toLowerCase()))) {
      if (literal === '') throw new Error('a literal is empty')
      const state = stateOf(trie, literal, classes)
      trie.outputs[state]?.push({ length: literal.length, probe })
    }
  return trie
}

function stateOf<Context>(trie: Trie<Context>, literal: string, classes: Uint8Array): number {
  let state = 0
  for (let i = 0; i < literal.length; i++) {
    const step = classes[literal.charCodeAt(i)] as number
    let next = trie.next[state]?.get(step)
    if (next === undefined) {
      next = trie.next.push(new Map()) - 1
      trie.outputs.push([])
      trie.next[state]?.set(step, next)
    }
    state = next
  }
  return state
}

type Outputs<Context> = ReadonlyMap<number, readonly Output<Context>[]>

/**
 * The trie with its failure links made into transitions. A state is the offset of its row; a cell is the next
 * state and, in its lowest bit, whether a literal ends there.
 */
function automatonOf<Context>(
  trie: Trie<Context>,
  width: number,
): { readonly table: Uint32Array; readonly outputs: Outputs<Context> } {
  const table = new Uint32Array(trie.next.length * width)
  const outputs = new Map<number, readonly Output<Context>[]>()
  const fails = new Uint32Array(trie.next.length)
  for (const [state, steps] of inOrder(trie)) {
    const fail = fails[state] as number
    // The state that failing leads to is nearer to the root: its row and its outputs are complete.
    const found = [...(trie.outputs[state] ?? []), ...(outputs.get(fail * width) ?? [])]
    if (found.length > 0) outputs.set(state * width, found)
    if (state !== 0) table.copyWithin(state * width, fail * width, (fail + 1) * width)
    for (const [step, next] of steps) {
      fails[next] = state === 0 ? 0 : (table[fail * width + step] as number)
      table[state * width + step] = next
    }
  }
  return {
    table: table.map((next) => ((next * width) << 1) | (outputs.has(next * width) ? 1 : 0)),
    outputs,
  }
}

/** The states of a trie with their steps, those nearer to the root first. */
function inOrder<Context>(
  trie: Trie<Context>,
): readonly (readonly [number, Map<number, number>])[] {
  const order: (readonly [number, Map<number, number>])[] = []
  const queue = [0]
  for (const state of queue) {
    const steps = trie.next[state] ?? new Map<number, number>()
    order.push([state, steps])
    queue.push(...steps.values())
  }
  return order
}
