import type { ContentDirection, ContentFinding } from '../../kernel/content.ts'
import type { Witness } from '../../kernel/event.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Clock } from '../../kernel/ports.ts'
import type { Screened, ScreenMatch } from '../../kernel/screening.ts'
import type { Part, Reactions } from './screening.ts'

/** Whose message it is, as events name it. */
export interface About {
  /** The call that it belongs to; empty where there is none. */
  readonly call: string
  /** `user:id` or `agent:id`. */
  readonly subject: string
  readonly client: string
  readonly grant: string
  readonly server: string
  readonly target: string
}

export interface ReactOptions extends Reactions {
  readonly witness: Witness
  readonly now: Clock
  readonly log: (message: string, cause?: unknown) => void
}

/** What somebody is told of one message. */
interface Message {
  readonly part: Part
  readonly direction: ContentDirection
  readonly sifted: Pick<Screened, 'action' | 'stop' | 'matches'>
}

/** Findings that one event names; more of them say nothing new. */
const MOST_NAMED = 20
/** Things that one call can tell: more of them are the same flood. */
const MOST_TOLD = 100

/**
 * Tells whoever has to know what was found in a message: of planted decoys, grants that end, alerts. Each is
 * told once per call. Undefined: there is nothing to wait for.
 */
export type React = (about: About, message: Message) => Promise<void> | undefined

/**
 * Makes it, for one call. See {@link React}.
 *
 * @param kept whether findings are in a record anyway; else what was done because of them is always told.
 */
export function reactions(options: ReactOptions, kept: 'recorded' | 'unrecorded'): React {
  const told = new Set<string>()
  const first = (...key: readonly string[]): boolean => {
    const name = JSON.stringify(key)
    if (told.has(name) || told.size >= MOST_TOLD) return false
    told.add(name)
    return true
  }
  return (about, message) => {
    const { matches, stop } = message.sifted
    const named = matches.filter(
      ({ rule }) => rule.alert || (kept === 'unrecorded' && isDone(rule)),
    )
    const canaries = matches.filter(({ finding }) => finding.category === 'canary')
    if (canaries.length === 0 && !stop && named.length === 0) return undefined
    return (async () => {
      // Ended before anything else: whoever holds the grant may be calling on meanwhile.
      if (stop && first('stop')) await endGrant(options, about, matches)
      await sightings(options, about, message, canaries, first)
      await alerts(options, about, message, named, first)
    })()
  }
}

async function endGrant(
  { endGrant: end, log }: ReactOptions,
  { grant, subject, client, call }: About,
  matches: readonly ScreenMatch[],
): Promise<void> {
  const screens = [
    ...new Set(matches.filter(({ rule }) => rule.stop).map(({ rule }) => rule.screen)),
  ]
  if (end === undefined) log(`a screen stops grants, and nothing here can: ${screens.join(', ')}`)
  else await end({ grant, subject, client, call, screens })
}

async function sightings(
  { onSighting, now }: ReactOptions,
  about: About,
  { part }: Message,
  canaries: readonly ScreenMatch[],
  first: (...key: readonly string[]) => boolean,
): Promise<void> {
  for (const { finding, rule } of canaries) {
    const canary = finding.mark
    if (!first('canary', canary, part)) continue
    await onSighting?.({ canary, at: now(), ...about, part, stopped: rule.stop })
  }
}

async function alerts(
  { witness, log }: ReactOptions,
  { subject, client, ...where }: About,
  { part, direction, sifted: { action } }: Message,
  matches: readonly ScreenMatch[],
  first: (...key: readonly string[]) => boolean,
): Promise<void> {
  const named = matches.map(foundIn)
  const kinds = [...new Set(named.map(kindOf))].sort()
  if (named.length === 0 || !first('alert', part, action, ...kinds)) return
  const told = witness({
    event: 'content.flagged',
    outcome: action === 'block' || action === 'withhold' ? 'refused' : 'done',
    subject,
    client,
    target: where.call,
    detail: {
      ...where,
      ...{ part, direction, action },
      alert: matches.some(({ rule }) => rule.alert),
      findings: named.slice(0, MOST_NAMED),
    },
  })
  if (action === 'block' || action === 'withhold') return told
  // What passes anyway need not wait for it.
  told.catch((cause: unknown) => log('what was found in a message is not on record', cause))
}

function isDone({ action }: ScreenMatch['rule']): boolean {
  return action !== 'allow' && action !== 'mark'
}

function foundIn({ finding, rule }: ScreenMatch): JsonObject {
  const { category, type, rule: found, certainty, at } = finding
  return {
    category,
    type,
    rule: found,
    certainty,
    at,
    screen: `screen:${rule.screen}`,
    action: rule.action,
  }
}

function kindOf({ category, type, screen }: JsonObject): string {
  return JSON.stringify([category, type, screen])
}

/** `secret/aws-access-token, injection/override`: what was found, never the passage. */
export function namesOf(matches: readonly { readonly finding: ContentFinding }[]): string[] {
  return [
    ...new Set(matches.map(({ finding: { category, type } }) => `${category}/${type}`)),
  ].slice(0, MOST_NAMED)
}
