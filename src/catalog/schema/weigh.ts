import { isObject, type Json } from '../../kernel/json.ts'

/** How large a JSON value is: characters of its keys and strings plus one per value; deepest nesting. */
export interface Weight {
  readonly size: number
  readonly depth: number
}

/** Measures without recursion, so that no nesting can exhaust the stack. */
export function weigh(value: Json): Weight {
  let size = 0
  let deepest = 0
  const rest: Placed[] = [{ value, depth: 1 }]
  for (let next = rest.pop(); next; next = rest.pop()) {
    size += typeof next.value === 'string' ? next.value.length + 1 : 1
    deepest = Math.max(deepest, next.depth)
    if (typeof next.value !== 'object' || next.value === null) continue
    if (isObject(next.value)) size += Object.keys(next.value).join('').length
    for (const child of Object.values(next.value))
      rest.push({ value: child, depth: next.depth + 1 })
  }
  return { size, depth: deepest }
}

interface Placed {
  readonly value: Json | undefined
  readonly depth: number
}
