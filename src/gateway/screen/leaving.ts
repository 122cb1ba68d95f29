import type { ContentFact, ContentFinding } from '../../kernel/content.ts'
import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import type { Aim } from '../aim.ts'
import type { Known } from '../known.ts'
import type { Looker, LookOptions } from './look.ts'
import type { Part } from './screening.ts'
import { notShown, type Sifted, takeOut } from './sift.ts'
import { viewOf } from './view.ts'
import { blocked } from './words.ts'

/** What would leave, looked at. */
export interface Leaving {
  /** The call without what has to be taken out of it; the same object where that is nothing. */
  readonly aim: Aim
  /** What decisions see of what was found; undefined where nobody looked. */
  readonly facts: readonly ContentFact[] | undefined
  /** The arguments as records may hold them: without anything that is not simply let through. */
  readonly shown: JsonObject
  readonly sifted: Pick<Sifted, 'action' | 'matches'>
}

/** Nobody looked. */
export function unlooked(aim: Aim): Leaving {
  return {
    aim,
    facts: undefined,
    shown: aim.arguments,
    sifted: { action: 'allow', matches: [] },
  }
}

/**
 * Looks at what a client sends: arguments, answers to questions of the server, and everything else that
 * would go along.
 *
 * @throws GatewayError `content_blocked` for what cannot be sent without what has to be taken out of it;
 *   `analysis_unavailable`.
 */
export async function lookAtLeaving(
  { screening, asked }: LookOptions,
  looker: Looker,
  aim: Aim,
  known: Known,
): Promise<Leaving> {
  const besides = asked()
  // Where there is nothing that looks, and no screen that asks for it, decisions see no facts.
  const nobody = looker.plan('outbound').rules.length === 0
  if (nobody && (screening === undefined || besides.size === 0)) return unlooked(aim)
  const view = viewOf(aim.params)
  const fits = (changed: JsonObject): boolean => doesFit(aim, view.restore(changed), known)
  const sifted = await looker.look({
    direction: 'outbound',
    value: view.value,
    part: partOf,
    besides,
    fits,
  })
  const facts = sifted.findings.map(factOf)
  const { action, matches } = sifted
  const taken = sifted.value === view.value ? aim : redacted(aim, view.restore(sifted.value))
  return {
    aim: taken,
    facts,
    shown: shownOf(screening, aim, view.value, sifted),
    sifted: { action, matches },
  }
}

/** Answers to questions travel beside the arguments (2026-07-28, basic/patterns/mrtr). */
function partOf({ at }: ContentFinding): Part {
  return at.startsWith('/inputResponses/') ? 'answer' : 'arguments'
}

/** Pointers of facts lead into the arguments; what stands beside them keeps its own. */
function factOf({ category, type, at, certainty }: ContentFinding): ContentFact {
  return { category, type, at: at.startsWith('/arguments/') ? at.slice(10) : at, certainty }
}

/** Arguments still have to be what their tool takes; what names a target is what was asked for. */
function doesFit(aim: Aim, params: JsonObject, known: Known): boolean {
  const same = ['name', 'uri', 'ref'].every((name) => equal(aim.params[name], params[name]))
  return same && known.violations(argumentsIn(aim, params)).length === 0
}

function redacted(aim: Aim, params: JsonObject): Aim {
  return { ...aim, params, arguments: argumentsIn(aim, params), redacted: true }
}

function argumentsIn({ action }: Aim, params: JsonObject): JsonObject {
  const { arguments: args, argument, context } = params
  if (action === 'complete')
    return {
      ...(argument === undefined ? {} : { argument }),
      ...(isObject(context) ? { context } : {}),
    }
  return isObject(args) ? args : {}
}

function equal(left: Json | undefined, right: Json | undefined): boolean {
  return JSON.stringify(left) === JSON.stringify(right)
}

function shownOf(
  screening: LookOptions['screening'],
  aim: Aim,
  value: JsonObject,
  sifted: Sifted,
): JsonObject {
  const hidden = notShown(sifted)
  if (hidden.length === 0 || screening === undefined) return aim.arguments
  return argumentsIn(aim, takeOut(screening, value, hidden) ?? {})
}

/** Whether the call that this is a round of cannot go on: its server does not get what it asked for. */
export function isAnswerBlocked({ sifted: { action, matches } }: Leaving): boolean {
  return action === 'block' && matches.some(({ finding }) => partOf(finding) === 'answer')
}

/**
 * Holds what was found against a permit: policies that screen have denied what must not leave, and
 * where they are only observed this is all that holds.
 *
 * @throws GatewayError `content_blocked`.
 */
export function checkLeaving({ sifted }: Leaving, lifted: 'lifted' | 'alone'): void {
  const { action, matches } = sifted
  if (action !== 'block' && !(action === 'withhold' && lifted === 'alone')) return
  const part = matches.every(({ finding }) => partOf(finding) === 'answer') ? 'answer' : 'arguments'
  throw blocked(part, matches)
}
