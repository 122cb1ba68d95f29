import type { DataClass } from '../../kernel/access.ts'
import type { FlowArguments, ValueOrigin } from '../../kernel/flow.ts'
import type { Taken } from './taken.ts'

/** Other readings of a text: what it says when it is decoded (base64, percent, hexadecimal, …). */
export type Decode = (text: string) => readonly string[]

export interface MemoryOptions {
  readonly decode: Decode
  /** Bytes at most, about. */
  readonly most: number
}

/** What a look finds. */
export interface Found {
  readonly values: readonly ValueOrigin[]
  readonly carries: readonly DataClass[]
}

/** What one context has read, in memory: pure, bounded, and only ever more cautious as it fills. */
export interface Memory {
  /** Takes an answer in. */
  take(taken: Taken): void
  /** Values that the subject brought along, as in the arguments of a call that left. */
  bring(values: readonly string[]): void
  /** A value that a person or a trusted source confirmed. */
  confirm(value: string): void
  look(args: FlowArguments): Found
  /** What was read is not all known any more: everything that nobody vouches for counts as untrusted. */
  forget(): void
  readonly complete: boolean
  /** Bytes, about. */
  readonly size: number
}

export function createMemory(_options: MemoryOptions): Memory {
  let complete = true
  return {
    take: () => undefined,
    bring: () => undefined,
    confirm: () => undefined,
    look: () => ({ values: [], carries: [] }),
    forget: () => {
      complete = false
    },
    get complete() {
      return complete
    },
    size: 0,
  }
}
