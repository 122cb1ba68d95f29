import type { Selectable } from 'kysely'
import type { CallApproval } from '../kernel/access.ts'
import type { LiftableCall } from '../kernel/approval.ts'
import type { ApprovalPattern, PatternChoice } from '../kernel/approval-desk.ts'
import { GatewayError } from '../kernel/errors.ts'
import type { Facts } from '../kernel/facts.ts'
import type { Digest } from '../kernel/hash.ts'
import type { Json, JsonObject } from '../kernel/json.ts'
import { unescapeStep } from '../kernel/json-pointer.ts'
import type { ApprovalPatternTable } from '../store/control-schema.ts'
import { approversOf } from './answers.ts'
import { type CallKeys, canonical, digest } from './binding.ts'
import type { Parts } from './parts.ts'
import { policyText } from './policy-text.ts'
import { liftOf, openCall, type Row } from './rows.ts'

export type PatternRow = Selectable<ApprovalPatternTable>

/** Patterns of one holder for one tool that are looked at. */
const MOST = 100

/** What of a pattern is sealed. */
interface Sealed {
  readonly fixed: JsonObject
  readonly policy: string
}

/** Names of the arguments of which nothing but their text is known: no analyser read anything in them. */
export function mayBeFree(call: LiftableCall): readonly string[] {
  // What leaves is made of the arguments by another rule, which a pattern does not hold to.
  if (call.denial.lift.pattern <= 0 || call.forwarded !== undefined) return []
  const { arguments: args, facts, flow } = call.access
  // What text of others names, people have to see each time: a pattern never shows it to them.
  const named = (flow?.values ?? []).filter(
    ({ origin }) => origin === 'untrusted' || origin === 'members',
  )
  const spoken = withFacts(facts, named)
  // Something that was read of the arguments as a whole was read of each of them.
  if (spoken.has(undefined)) return []
  return namesOf(args).filter((name) => !spoken.has(name))
}

interface Place {
  readonly at: string
}

/** Names of top-level arguments in which something was read, or could not be; undefined: in all of them. */
function withFacts(facts: Facts, more: readonly Place[]): ReadonlySet<string | undefined> {
  const kinds: readonly (readonly Place[])[] = [...Object.values(facts), more]
  const places = kinds.flatMap((kind) => kind.map(({ at }) => at))
  return new Set(
    places.map((at) => {
      const [, step] = at.split('/')
      return step === undefined ? undefined : unescapeStep(step)
    }),
  )
}

function namesOf(args: JsonObject): readonly string[] {
  return Object.keys(args).filter((name) => args[name] !== undefined)
}

/** @throws GatewayError `params_invalid` for a pattern that the policy or the call does not allow. */
export function requireAllowed(call: LiftableCall, { free, duration }: PatternChoice): void {
  const most = call.denial.lift.pattern
  if (most <= 0) throw invalid('the policy allows no pattern')
  if (!Number.isSafeInteger(duration) || duration < 1 || duration > most)
    throw invalid(`a pattern lasts 1 to ${most} milliseconds`)
  if (new Set(free).size !== free.length) throw invalid('an argument is named twice')
  const allowed = mayBeFree(call)
  const wrong = free.find((name) => !allowed.includes(name))
  if (wrong !== undefined)
    throw invalid('an argument that decides what happens, or that there is not, cannot be free')
}

/** Where all who approve agree: what all of them leave open, for the shortest time. */
export function agreed(choices: readonly (PatternChoice | undefined)[]): PatternChoice | undefined {
  const [first, ...others] = choices
  if (first === undefined) return undefined
  return others.reduce<PatternChoice | undefined>(
    (one, other) =>
      one &&
      other && {
        free: one.free.filter((name) => other.free.includes(name)),
        duration: Math.min(one.duration, other.duration),
      },
    first,
  )
}

/** A pattern of a request, not kept yet. */
export function patternOf(
  parts: Parts,
  row: Row,
  call: LiftableCall,
  choice: PatternChoice,
): PatternRow {
  const { subject, action, target, authorization } = call.access
  const id = parts.randomId()
  const created = parts.clock()
  const expires = created + choice.duration
  const free = choice.free.toSorted()
  const fixed = fixedOf(call.access.arguments, free)
  const { client } = authorization
  const policy = policyText({ id, subject, client, action, target, fixed, free, expires })
  const bound = {
    approval: row.id,
    holder: row.holder,
    action,
    server: target.server,
    target: target.name,
    surroundings: row.surroundings,
  }
  const made = digest({ version: 1, id, ...bound, fixed, free, expires })
  const sealed: Sealed = { fixed, policy }
  return {
    id,
    ...bound,
    subject: row.subject,
    client,
    fixed: parts.seal.seal(JSON.stringify(sealed), ['pattern', id, made]),
    free: JSON.stringify(free),
    digest: made,
    created,
    expires,
    revoked: null,
  }
}

function fixedOf(args: JsonObject, free: readonly string[]): JsonObject {
  return Object.fromEntries(
    namesOf(args)
      .filter((name) => !free.includes(name))
      .map((name) => [name, args[name]]),
  )
}

/** A pattern that covers the call at this moment. */
export async function coveringPattern(
  parts: Parts,
  call: LiftableCall,
  { holder, surroundings }: CallKeys,
): Promise<CallApproval | undefined> {
  // Without the policy's word there are none, and nothing to look up.
  if (call.denial.lift.pattern <= 0) return undefined
  const { db } = parts.store
  const { action, target } = call.access
  const rows = await db
    .selectFrom('approval_pattern')
    .selectAll()
    .where('holder', '=', holder)
    .where('server', '=', target.server)
    .where('target', '=', target.name)
    .where('action', '=', action)
    .where('surroundings', '=', surroundings)
    .where('revoked', 'is', null)
    .where('expires', '>', parts.clock())
    .orderBy('expires', 'desc')
    .limit(MOST)
    .execute()
  const row = rows.find((one) => isCovered(parts, one, call))
  return row && (await grantOf(parts, row))
}

async function grantOf({ store }: Parts, row: PatternRow): Promise<CallApproval> {
  const by = await approversOf(store.db, row.approval)
  return { id: row.id, kind: 'pattern', digest: row.digest as Digest, by }
}

/** Whether a pattern that nobody revoked covers the call at this moment. */
export function coversNow(
  parts: Parts,
  row: PatternRow,
  call: LiftableCall,
  { holder, surroundings }: CallKeys,
): boolean {
  const { action, target } = call.access
  return (
    row.revoked === null &&
    row.expires > parts.clock() &&
    row.holder === holder &&
    row.surroundings === surroundings &&
    row.action === action &&
    row.server === target.server &&
    row.target === target.name &&
    isCovered(parts, row, call)
  )
}

/**
 * Whether the arguments fit: the same names, no more and no less, the same values where they are fixed,
 * and nothing read by an analyser where they are free.
 */
function isCovered(parts: Parts, row: PatternRow, call: LiftableCall): boolean {
  const { fixed } = openPattern(parts, row)
  const free = JSON.parse(row.free) as readonly string[]
  const args = call.access.arguments
  const open = mayBeFree(call)
  // What is not free is compared as a whole: a name more or less is a difference.
  return (
    free.every((name) => open.includes(name)) && canonical(fixed) === canonical(fixedOf(args, free))
  )
}

export function openPattern({ seal }: Parts, { id, digest, fixed }: PatternRow): Sealed {
  return JSON.parse(seal.open(fixed, ['pattern', id, digest])) as Sealed
}

export function patternView(parts: Parts, row: PatternRow): ApprovalPattern {
  const { id, approval, subject, client, server, target, created, expires } = row
  return {
    ...{ id, approval, subject, client, server, target },
    free: JSON.parse(row.free) as readonly string[],
    created,
    expires,
    ...(row.revoked === null ? {} : { revoked: row.revoked }),
    ...openPattern(parts, row),
  }
}

/** What a pattern of this request would be, as a policy. @throws GatewayError `params_invalid`. */
export function previewOf(parts: Parts, row: Row, choice: PatternChoice): string {
  const call = openCall(parts, row)
  if (call === undefined || liftOf(row).pattern <= 0) throw invalid('there can be no pattern')
  requireAllowed(call, choice)
  return openPattern(parts, patternOf(parts, row, call, choice)).policy
}

/** What a person signs: the request alone, or the request and the pattern. */
export function signedText(
  { digest: of }: Pick<Row, 'digest'>,
  pattern: PatternChoice | undefined,
): Digest {
  if (pattern === undefined) return of as Digest
  const { free, duration } = pattern
  const choice: Json = { free: free.toSorted(), duration }
  return digest({ version: 1, approval: of, pattern: choice })
}

function invalid(message: string): GatewayError {
  return new GatewayError('params_invalid', message)
}
