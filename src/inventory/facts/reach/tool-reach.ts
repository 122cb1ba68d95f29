import type { Classification, ToolEffect } from '../../../kernel/access.ts'
import { type Evidence, evidence } from '../evidence.ts'
import type { Capability, Sureness } from './capability.ts'
import type { Leg } from './kinds.ts'

/** A tool whose definition is known, and what it does. */
export interface KnownTool {
  readonly name: string
  readonly classification: Classification
}

const CAPABILITY: Readonly<Record<ToolEffect, readonly Capability[]>> = {
  read: ['read'],
  write: ['write'],
  delete: ['write'],
  execute: ['execute', 'network'],
  send: ['network'],
  pay: ['network'],
  admin: ['write'],
}
const LEG: Readonly<Record<ToolEffect, readonly Leg[]>> = {
  read: [],
  write: [],
  delete: [],
  execute: ['way_out', 'execute', 'network'],
  send: ['way_out', 'network'],
  pay: ['way_out', 'network'],
  admin: [],
}
const MOST = 20

/** Tools that have a capability, and how sure it is that there are such. */
export interface ToolReach {
  readonly sure: Sureness
  readonly evidence: readonly Evidence[]
}

/** Whether the model reaches a capability through these tools. */
export function reachOf(tools: readonly KnownTool[], capability: Capability): ToolReach {
  return among(tools, ({ effects }) =>
    effects.some((effect) => CAPABILITY[effect].includes(capability)),
  )
}

/** Whether these tools bring a part of a dangerous combination. */
export function legOf(tools: readonly KnownTool[], leg: Leg): ToolReach {
  return among(tools, (classification) => brings(classification, leg))
}

function brings({ effects, reads, trust }: Classification, leg: Leg): boolean {
  if (leg === 'private') return reads.some((data) => data !== 'public')
  if (leg === 'untrusted') return trust === 'untrusted' && effects.includes('read')
  return effects.some((effect) => LEG[effect].includes(leg))
}

function among(
  tools: readonly KnownTool[],
  has: (classification: Classification) => boolean,
): ToolReach {
  const found = tools.filter(({ classification }) => has(classification))
  const stated = found.some(({ classification }) => isStated(classification))
  const sure = stated ? 'can' : 'may'
  const none = tools.every(({ classification }) => isStated(classification)) ? 'cannot' : 'not_seen'
  return {
    sure: found.length > 0 ? sure : none,
    evidence: found.slice(0, MOST).map(toolEvidence),
  }
}

/** Whether somebody said so, or everything about it says so. */
function isStated({ source, confidence }: Classification): boolean {
  return source === 'catalog' || confidence === 'high'
}

function toolEvidence({ name, classification }: KnownTool): Evidence {
  return evidence(`tool/${name}`, classification.effects.join(', '))
}
