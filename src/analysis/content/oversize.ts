import { isObject, type Json } from '../../kernel/json.ts'
import type { Detected } from './detect.ts'
import type { Step } from './leaves.ts'

/** What is too much for a model, in UTF-16 units. */
export interface SizeBounds {
  readonly text: number
  /** All names and texts of a message together. */
  readonly message: number
}

export const SIZE_BOUNDS: SizeBounds = { text: 1_048_576, message: 4 * 1_048_576 }

type Waiting = readonly [value: Json | undefined, step: Step | undefined]
/** What a number, a boolean or null takes. */
const SMALL = 4

/** Texts that are too long, and a message that is. One pass, without recursion. */
export function* oversizeIn(
  value: Json,
  sizes: Partial<SizeBounds> = {},
): Generator<Detected & { readonly step: Step | undefined }, void> {
  const { text, message } = { ...SIZE_BOUNDS, ...sizes }
  const waiting: Waiting[] = [[value, undefined]]
  let total = 0
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [one, step] = next
    if (typeof one === 'string') {
      total += one.length
      if (one.length > text) yield { step, ...oversize('text', one.length, text) }
    } else total += within(one, step, waiting)
  }
  if (total > message) yield { step: undefined, ...oversize('message', total, message) }
}

/** Puts what a value holds into the queue; says how large its names and small values are. */
function within(value: Json | undefined, parent: Step | undefined, waiting: Waiting[]): number {
  if (typeof value !== 'object' || value === null) return SMALL
  const depth = (parent?.depth ?? 0) + 1
  let size = 0
  const take = (name: string | number, inner: Json | undefined): void => {
    if (typeof inner === 'string' || (typeof inner === 'object' && inner !== null))
      waiting.push([inner, { parent, name, depth }])
    else size += SMALL
  }
  if (Array.isArray(value)) for (const [index, item] of value.entries()) take(index, item)
  else if (isObject(value))
    for (const name of Object.keys(value)) {
      size += name.length
      take(name, value[name])
    }
  return size
}

function oversize(type: 'text' | 'message', length: number, most: number): Detected {
  return {
    category: 'oversize',
    type,
    rule: `oversize/${type}`,
    start: 0,
    end: type === 'text' ? length : 0,
    severity: 'medium',
    certainty: 'proved',
    why: `the ${type} has ${length} characters, and at most ${most} are taken`,
    shown: '',
    control: 'G2',
  }
}
