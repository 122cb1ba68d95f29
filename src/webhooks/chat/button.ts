import { isObject } from '../../kernel/json.ts'
import type { Seal, SealContext } from '../../kernel/seal.ts'

/** What a button of ours stands for. */
export interface Button {
  /** Of the request. */
  readonly id: string
  /** What the message showed. */
  readonly digest: string
  readonly verdict: 'approve' | 'decline'
}

const CONTEXT: SealContext = ['chat button']

/** The value of a button. Sealed: whoever else may post to the chat makes no buttons of ours. */
export function buttonValue({ id, digest, verdict }: Button, seal: Seal): string {
  return seal.seal(JSON.stringify({ id, digest, verdict }), CONTEXT)
}

/** What a pressed button stands for; undefined for one that is not ours. */
export function buttonOf(value: unknown, seal: Seal): Button | undefined {
  const text = typeof value === 'string' ? seal.tryOpen(value, CONTEXT) : undefined
  if (text === undefined) return undefined
  const button: unknown = JSON.parse(text)
  if (!isObject(button)) return undefined
  const { id, digest, verdict } = button
  if (typeof id !== 'string' || typeof digest !== 'string') return undefined
  return verdict === 'approve' || verdict === 'decline' ? { id, digest, verdict } : undefined
}
