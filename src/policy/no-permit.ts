import type { Determining, Target, ToolEffect } from '../kernel/access.ts'
import { NO_PERMIT } from './annotations.ts'
import type { Policy } from './load-policy.ts'
import { quoted } from './public-text.ts'

const DOES: Readonly<Record<ToolEffect, string>> = {
  read: 'reads data',
  write: 'changes data',
  delete: 'deletes data',
  execute: 'runs code',
  send: 'sends data out',
  pay: 'moves money',
  admin: 'changes settings or rights',
}
const READ_ONLY = 'use a tool that only reads, or ask the operator to permit this one'

/**
 * The rule that stands where no policy permits: every denial has a reason and a way forward. `near`
 * are the permits that other arguments could satisfy; their remedies come first.
 */
export function noPermit(target: Target, near: readonly Policy[]): Determining {
  const remedies = near.flatMap(({ remedy }) => (remedy === undefined ? [] : [remedy]))
  return {
    policy: NO_PERMIT,
    reason: near.length > 0 ? argumentsReason(target, near) : targetReason(target),
    remedy: remedies.length > 0 ? [...new Set(remedies)].join('; ') : targetRemedy(target, near),
  }
}

function argumentsReason(target: Target, near: readonly Policy[]): string {
  const ids = near.map(({ id }) => `\`${id}\``).sort()
  return `no policy permits ${nameOf(target)} with these arguments; ${ids.join(', ')} may with others`
}

function targetReason(target: Target): string {
  if (target.kind !== 'tool') return `no policy permits ${nameOf(target)}`
  const effects = target.classification.effects.map((effect) => DOES[effect])
  const does = effects.length > 0 ? effects.join(' and ') : 'does what nobody has classified'
  return `${nameOf(target)} ${does}, and no policy permits it`
}

function targetRemedy(target: Target, near: readonly Policy[]): string {
  if (near.length > 0) return 'use arguments that a policy permits'
  return target.kind === 'tool' ? READ_ONLY : `ask the operator to permit this ${target.kind}`
}

function nameOf({ server, name }: Target): string {
  return quoted(`${server}:${name}`)
}
