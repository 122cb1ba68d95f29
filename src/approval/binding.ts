import type { LiftableCall } from '../kernel/approval.ts'
import { canonicalJson } from '../kernel/canonical-json.ts'
import { GatewayError } from '../kernel/errors.ts'
import { type Digest, sha256 } from '../kernel/hash.ts'
import type { Json } from '../kernel/json.ts'
import { holderOf } from '../kernel/subject.ts'

/** By what a call is found again, and by what it is told that something around it has changed. */
export interface CallKeys {
  /** The principal and its client. */
  readonly holder: Digest
  /** The same call of the same holder: action, target and arguments. */
  readonly callKey: Digest
  /** What else an answer is bound to: what really leaves, the pinned definition, policies, the lift. */
  readonly surroundings: Digest
}

/** @throws GatewayError `arguments_invalid` for text that has no canonical form. */
export function keysOf(call: LiftableCall): CallKeys {
  const { subject, authorization } = call.access
  const holder = sha256(holderOf(subject, authorization))
  return {
    holder,
    callKey: digest({ holder, ...askedOf(call) }),
    surroundings: digest(surroundingsOf(call)),
  }
}

/**
 * SHA-256 over the canonical JSON of everything that an answer is bound to: what people sign.
 *
 * @param deadline milliseconds since the epoch until which people may answer.
 * @throws GatewayError `arguments_invalid` for text that has no canonical form.
 */
export function digestOf(call: LiftableCall, id: string, deadline: number): Digest {
  const { subject, authorization } = call.access
  return digest({
    version: 1,
    id,
    holder: holderOf(subject, authorization),
    ...askedOf(call),
    ...surroundingsOf(call),
    deadline,
  })
}

/** SHA-256 over the canonical JSON of a value. @throws GatewayError `arguments_invalid`. */
export function digest(value: Json): Digest {
  return sha256(canonical(value))
}

export function canonical(value: Json): string {
  try {
    return canonicalJson(value)
  } catch (cause) {
    throw unwritable(cause)
  }
}

function unwritable(cause: unknown): GatewayError {
  const message = 'the arguments hold text that is not Unicode'
  return new GatewayError('arguments_invalid', message, { cause })
}

function askedOf({ access }: LiftableCall) {
  const { kind, server, name, of } = access.target
  return {
    action: access.action,
    kind,
    server,
    target: name,
    of: of === undefined ? null : { server: of.server, name: of.name },
    arguments: access.arguments,
  }
}

function surroundingsOf({ forwarded, definition, policies, denial }: LiftableCall) {
  return {
    forwarded: forwarded ?? null,
    definition: definition ?? null,
    policies,
    lift: { ...denial.lift },
  }
}
