import type { AccessRequest } from '../kernel/access.ts'
import type { Facts } from '../kernel/facts.ts'
import type { FlowFacts } from '../kernel/flow.ts'
import { isObject, type Json, type JsonObject } from '../kernel/json.ts'
import { escapeStep } from '../kernel/json-pointer.ts'
import {
  assumedGroups,
  ESTABLISHED_BY,
  type EstablishedBy,
  OPERATOR_AUTHORIZATION,
} from '../kernel/subject.ts'
import { flowWithoutQuotes, flowWithoutSecrets } from './input-flow.ts'
import { type CleanText, cleaner, namesSecret, secretNames } from './secret-names.ts'

export interface InputOptions {
  /** Bytes of UTF-8 at most; a larger input is not kept, for part of one decides nothing. 0 keeps none. */
  readonly maxBytes: number
  /** Words that mark a member as secret, besides the built-in ones. */
  readonly redact: readonly string[]
}

/** What a decision saw, as its record kept it. */
export interface KeptInput {
  readonly request: AccessRequest
  /** JSON Pointers of the arguments whose values were taken out. Empty: it is exactly what was seen. */
  readonly redacted: readonly string[]
  /**
   * What the record is too old to hold, and is taken to have been: nobody's groups but the owner's, and
   * the operator's own client with every scope, which is what the one token of then came to.
   */
  readonly assumed: readonly ('groups' | 'authorization')[]
}

/**
 * Makes the function that writes what a decision saw, as JSON, without secrets: the values of secret
 * members and whatever analysers read from them. An input of which a secret could not be taken out is not kept.
 *
 * @param redactText takes out secrets that are known by their values
 */
export function inputWriter(
  options: InputOptions,
  redactText?: CleanText,
): (request: AccessRequest) => string | undefined {
  const secret: Secret = { named: secretNames(options.redact), clean: cleaner(redactText) }
  return (request) => {
    if (options.maxBytes <= 0) return undefined
    const redacted: string[] = []
    const args = withoutSecrets(request.arguments, '', secret, redacted)
    const facts = redacted.length > 0 ? factsWithout(request.facts, redacted) : request.facts
    const clean = redacted.length > 0 ? { ...request, arguments: args, facts } : request
    const fits = (text: string): boolean =>
      text.length <= options.maxBytes && Buffer.byteLength(text) <= options.maxBytes
    const written = textsOf(clean, redacted, secret).find(fits)
    // Whatever is not well-formed cannot be put into a record; no policy could have read it.
    if (written === undefined || secret.clean(written) !== written) return undefined
    return written.toWellFormed()
  }
}

/** All of it; then without what decides nothing. */
function* textsOf(
  request: AccessRequest,
  redacted: readonly string[],
  secret: Secret,
): Generator<string> {
  const textOf = (flow: FlowFacts | undefined): string => {
    const kept: Omit<KeptInput, 'assumed'> = {
      request: flow === undefined ? request : { ...request, flow },
      redacted,
    }
    return JSON.stringify(kept)
  }
  const flow =
    request.flow && flowWithoutSecrets(request.flow, redacted, secret.named, secret.clean)
  yield textOf(flow)
  if (flow !== undefined && flow.values.length > 0) yield textOf(flowWithoutQuotes(flow))
}

/** Reads it back from the body of a record; undefined when it was not kept. */
export function readInput(body: JsonObject | undefined): KeptInput | undefined {
  const text = body?.['input']
  if (typeof text !== 'string') return undefined
  try {
    return completed(JSON.parse(text) as Old)
  } catch {
    return undefined
  }
}

/** What records held before there were groups and authorizations. */
type Old = Omit<KeptInput, 'request' | 'assumed'> & {
  readonly request: Omit<AccessRequest, 'subject' | 'authorization'> & {
    readonly subject: Omit<AccessRequest['subject'], 'groups'> &
      Partial<Pick<AccessRequest['subject'], 'groups'>>
    readonly authorization?: AccessRequest['authorization']
  }
}

function completed({ request, redacted }: Old): KeptInput {
  const { subject, authorization } = request
  const known = (ESTABLISHED_BY as readonly string[]).includes(subject.via)
  const via: EstablishedBy = known ? subject.via : 'operator'
  return {
    request: {
      ...request,
      subject: { ...subject, via, groups: subject.groups ?? assumedGroups(subject) },
      authorization: authorization ?? OPERATOR_AUTHORIZATION,
    },
    redacted,
    assumed: [
      ...(subject.groups === undefined ? (['groups'] as const) : []),
      ...(authorization === undefined ? (['authorization'] as const) : []),
    ],
  }
}

/** What is a secret: by the name of its member, or by its value. */
interface Secret {
  readonly named: (name: string) => boolean
  readonly clean: CleanText
}

function withoutSecrets(
  object: JsonObject,
  at: string,
  secret: Secret,
  redacted: string[],
): JsonObject {
  const named = namesSecret(object, secret.named)
  const before = redacted.length
  const members = Object.entries(object).map(([name, value]): [string, Json | undefined] => {
    const pointer = `${at}/${escapeStep(name)}`
    if (!secret.named(name) && !(named && name === 'value'))
      return [name, value === undefined ? value : cleaned(value, pointer, secret, redacted)]
    redacted.push(pointer)
    return [name, '[redacted]']
  })
  return redacted.length === before ? object : Object.fromEntries(members)
}

function cleaned(value: Json, at: string, secret: Secret, redacted: string[]): Json {
  if (isObject(value)) return withoutSecrets(value, at, secret, redacted)
  if (Array.isArray(value)) {
    const before = redacted.length
    const items = value.map((item: Json, index) =>
      cleaned(item, `${at}/${index}`, secret, redacted),
    )
    return redacted.length === before ? value : items
  }
  if (typeof value !== 'string') return value
  const clean = secret.clean(value)
  if (clean !== value) redacted.push(at)
  return clean
}

function factsWithout(facts: Facts, redacted: readonly string[]): Facts {
  const secret = ({ at }: { readonly at: string }): boolean =>
    redacted.some((pointer) => at === pointer || at.startsWith(`${pointer}/`))
  const kept = Object.entries(facts).map(([name, list]) => [
    name,
    (list as readonly { readonly at: string }[]).filter((fact) => !secret(fact)),
  ])
  return Object.fromEntries(kept) as unknown as Facts
}
