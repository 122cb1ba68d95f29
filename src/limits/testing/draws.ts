import type { Draw, Rule } from '../counters.ts'

const MINUTE = 60_000

export const bucket = (most: number, every = MINUTE): Rule => ({ kind: 'bucket', most, every })
export const windowed = (most: number, every = MINUTE): Rule => ({ kind: 'window', most, every })
export const atOnce = (most: number): Rule => ({ kind: 'running', most })

export function draw(key: string, rule: Rule, take = 1, room = take): Draw {
  return { key, rule, take, room, durable: false }
}
