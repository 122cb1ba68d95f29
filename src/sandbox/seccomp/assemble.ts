/** A place in a program that jumps go to. Each is marked once, after every jump to it. */
export interface Label {
  readonly name: string
}

/** Comparisons of the loaded word with a constant. */
type Comparison = 'equal' | 'at-least' | 'any-bit'

type Step =
  | { readonly kind: 'plain'; readonly code: number; readonly k: number }
  | { readonly kind: 'mark'; readonly label: Label }
  | {
      readonly kind: 'jump'
      readonly code: number
      readonly k: number
      readonly whenTrue: Label | undefined
      readonly whenFalse: Label | undefined
    }

// Opcodes of linux/bpf_common.h.
const LOAD_WORD = 0x20
const AND = 0x54
const RETURN = 0x06
const JUMP_ALWAYS = 0x05
const COMPARISONS: Readonly<Record<Comparison, number>> = {
  equal: 0x15,
  'at-least': 0x35,
  'any-bit': 0x45,
}

const FARTHEST_CONDITIONAL = 255
/** BPF_MAXINSNS: the kernel takes no longer program. */
const MOST_INSTRUCTIONS = 4096
const INSTRUCTION_BYTES = 8

/**
 * Writes one classic BPF program, in which jumps name where they go. Distances are counted when it is
 * put together, and a conditional jump that would not reach (they reach 255 instructions) becomes a short
 * one around a long one.
 */
export class BpfProgram {
  readonly #steps: Step[] = []

  /** Loads the 32-bit word at this byte of the input. */
  load(offset: number): void {
    this.#steps.push({ kind: 'plain', code: LOAD_WORD, k: offset })
  }

  /** Keeps only these bits of the loaded word. */
  keepBits(mask: number): void {
    this.#steps.push({ kind: 'plain', code: AND, k: mask })
  }

  /** Ends the program with this value. */
  end(value: number): void {
    this.#steps.push({ kind: 'plain', code: RETURN, k: value })
  }

  /** Goes one way or the other; where nothing is named, on to the next instruction. */
  compare(
    comparison: Comparison,
    k: number,
    to: { readonly whenTrue?: Label; readonly whenFalse?: Label },
  ): void {
    const { whenTrue, whenFalse } = to
    this.#steps.push({ kind: 'jump', code: COMPARISONS[comparison], k, whenTrue, whenFalse })
  }

  /** The next instruction is what this label stands for. */
  mark(label: Label): void {
    this.#steps.push({ kind: 'mark', label })
  }

  /**
   * The program as `struct sock_filter[]`, little endian.
   *
   * @throws Error for a label that is not marked, marked twice or lies behind its jump, and for a program
   *   that is longer than the kernel takes: all of them mistakes in this source.
   */
  assemble(): Buffer {
    const long = new Set<number>()
    // Each round makes at least one more jump long, so there are no more rounds than jumps.
    for (;;) {
      const places = this.#layOut(long)
      const far = this.#tooFar(places, long)
      if (far.length === 0) return this.#write(places, long)
      for (const index of far) long.add(index)
    }
  }

  #layOut(long: ReadonlySet<number>): Places {
    const starts: number[] = []
    const labels = new Map<Label, number>()
    let at = 0
    for (const [index, step] of this.#steps.entries()) {
      starts.push(at)
      if (step.kind === 'mark') {
        if (labels.has(step.label)) throw new Error(`label \`${step.label.name}\` is marked twice`)
        labels.set(step.label, at)
      } else at += long.has(index) ? 3 : 1
    }
    if (at > MOST_INSTRUCTIONS) throw new Error(`${at} instructions are more than the kernel takes`)
    return { starts, labels, length: at }
  }

  #tooFar(places: Places, long: ReadonlySet<number>): number[] {
    const far: number[] = []
    for (const [index, step] of this.#steps.entries()) {
      if (step.kind !== 'jump' || long.has(index)) continue
      const from = (places.starts[index] ?? 0) + 1
      const reach = [step.whenTrue, step.whenFalse].map((label) => distance(places, from, label))
      if (reach.some((steps) => steps > FARTHEST_CONDITIONAL)) far.push(index)
    }
    return far
  }

  #write(places: Places, long: ReadonlySet<number>): Buffer {
    const bytes = Buffer.alloc(places.length * INSTRUCTION_BYTES)
    for (const [index, step] of this.#steps.entries()) {
      const at = places.starts[index] ?? 0
      if (step.kind === 'plain') put(bytes, at, step.code, 0, 0, step.k)
      if (step.kind !== 'jump') continue
      const { code, k, whenTrue, whenFalse } = step
      if (long.has(index)) {
        put(bytes, at, code, 0, 1, k)
        put(bytes, at + 1, JUMP_ALWAYS, 0, 0, distance(places, at + 2, whenTrue, at + 3))
        put(bytes, at + 2, JUMP_ALWAYS, 0, 0, distance(places, at + 3, whenFalse))
      } else {
        const next = at + 1
        put(bytes, at, code, distance(places, next, whenTrue), distance(places, next, whenFalse), k)
      }
    }
    return bytes
  }
}

interface Places {
  /** Where each step begins, in instructions. */
  readonly starts: readonly number[]
  readonly labels: ReadonlyMap<Label, number>
  readonly length: number
}

function distance(
  places: Places,
  from: number,
  label: Label | undefined,
  otherwise = from,
): number {
  const to = label === undefined ? otherwise : places.labels.get(label)
  if (to === undefined) throw new Error(`label \`${label?.name}\` is not marked`)
  if (to < from) throw new Error(`label \`${label?.name}\` lies behind a jump to it`)
  return to - from
}

function put(bytes: Buffer, at: number, code: number, jt: number, jf: number, k: number): void {
  const byte = at * INSTRUCTION_BYTES
  bytes.writeUInt16LE(code, byte)
  bytes.writeUInt8(jt, byte + 2)
  bytes.writeUInt8(jf, byte + 3)
  bytes.writeUInt32LE(k >>> 0, byte + 4)
}
