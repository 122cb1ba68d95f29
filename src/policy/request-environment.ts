import type { AccessRequest } from '../kernel/access.ts'
import type { Authorization, Subject } from '../kernel/subject.ts'
import { factsRecord } from './facts-view.ts'
import { flowRecord, provenanceRecord } from './flow-view.ts'
import { explainGuard } from './guards/explain-guard.ts'
import type { Guard } from './guards/guard.ts'
import type { EntityData, Environment } from './language/environment.ts'
import { fault } from './language/fault.ts'
import { jsonRecord } from './language/json-value.ts'
import { lazyMembers, lazyRecord, wholeNumber } from './language/lazy-record.ts'
import {
  type Entity,
  entity,
  type RecordValue,
  recordOf,
  setOf,
  type Value,
} from './language/value.ts'
import { TYPE_OF_KIND, WEEKDAYS } from './vocabulary.ts'

const NOTHING = recordOf(new Map())
const ALONE: EntityData = { attributes: NOTHING, tags: NOTHING, ancestors: new Set() }
const PRINCIPAL_TYPE = { user: 'User', agent: 'Agent' } as const
const ACTION_ENTITIES = {
  call: entity('Action', 'call'),
  read: entity('Action', 'read'),
  get: entity('Action', 'get'),
  complete: entity('Action', 'complete'),
} as const

/** What policies see besides the request itself. */
export interface Surroundings {
  readonly guards: readonly Guard[]
  /** Instead of what the request says of approval: to find out what would be, then. */
  readonly approval?: 'none' | 'granted'
}

/**
 * The entities and the context that policies see of a request. Attributes are made when read.
 *
 * @throws {Fault} for a server whose name holds `:`, since `server:name` would not be unique.
 */
export function requestEnvironment(
  request: AccessRequest,
  { guards, approval = request.approval === undefined ? 'none' : 'granted' }: Surroundings,
): Environment {
  const { subject, target } = request
  const principal = entity(PRINCIPAL_TYPE[subject.kind], subject.id)
  const resource = entity(TYPE_OF_KIND[target.kind], `${target.server}:${target.name}`)
  // A virtual tool is in its own server, and in that of the tool that it narrows.
  const servers = [target.server, ...(target.of === undefined ? [] : [target.of.server])].map(
    serverEntity,
  )
  const groups = subject.groups.map((name) => entity('Group', name).key)
  const member: EntityData = { ...ALONE, ancestors: new Set(groups) }
  const data: EntityData = {
    attributes: lazyRecord(() => resourceAttributes(request)),
    tags: NOTHING,
    ancestors: new Set(servers.map(({ key }) => key)),
  }
  return {
    principal,
    action: ACTION_ENTITIES[request.action],
    resource,
    context: lazyRecord(() => contextMembers(request, { guards, approval })),
    lookup: ({ key }) => {
      if (key === resource.key) return data
      if (key === principal.key) return member
      return data.ancestors.has(key) || member.ancestors.has(key) ? ALONE : undefined
    },
  }
}

function serverEntity(name: string): Entity {
  return name.includes(':') ? fault('the name of a server holds `:`') : entity('Server', name)
}

function resourceAttributes({ target }: AccessRequest): ReadonlyMap<string, Value> {
  const { effects, reversible, risk, reads, trust, source, confidence } = target.classification
  const attributes = new Map<string, Value>([
    ['server', target.server],
    ['name', target.name],
    ['effects', setOf(effects)],
    ['reversible', reversible],
    ['risk', risk],
    ['reads', setOf(reads)],
    ['trust', trust],
    ['classified', source],
    ['confidence', confidence],
  ])
  if (target.of !== undefined) attributes.set('of', `${target.of.server}:${target.of.name}`)
  if (target.kind !== 'resource') return attributes
  return attributes.set('uri', target.name).set('scheme', schemeOf(target.name))
}

/** The scheme in lower case (RFC 3986 §3.1), empty where there is none. */
function schemeOf(uri: string): string {
  return /^([a-z][a-z0-9+.-]*):/i.exec(uri)?.[1]?.toLowerCase() ?? ''
}

function contextMembers(
  request: AccessRequest,
  { guards, approval }: Required<Surroundings>,
): ReadonlyMap<string, Value> {
  const { authorization, client, subject, time, facts, rate } = request
  return new Map<string, Value>([
    ['args', jsonRecord(request.arguments, 'exact')],
    ['decimals', jsonRecord(request.arguments, 'decimal')],
    ['facts', factsRecord(facts, guardsRecord(guards, request))],
    ['flow', flowRecord(request.flow)],
    ['provenance', provenanceRecord(request.flow)],
    ['credential', credentialRecord(request)],
    ['rate', lazyRecord(() => rateMembers(rate))],
    ['approval', recordOf(new Map([['granted', approval === 'granted']]))],
    ['client', textRecord({ name: client.name, version: client.version })],
    ['time', time],
    ['utc', lazyRecord(() => utcMembers(time))],
    ['subject', lazyRecord(() => subjectMembers(subject))],
    ['authorization', lazyRecord(() => authorizationMembers(authorization))],
  ])
}

/** The time of day in UTC: it has no gaps and no hour twice, wherever the gateway runs. */
function utcMembers(time: number): ReadonlyMap<string, Value> {
  const date = new Date(time)
  const weekday = WEEKDAYS[date.getUTCDay()] ?? fault('the time is no date')
  return new Map<string, Value>([
    ['weekday', weekday],
    ['hour', date.getUTCHours()],
    ['minute', date.getUTCMinutes()],
  ])
}

function guardsRecord(guards: readonly Guard[], { facts }: AccessRequest): RecordValue {
  return lazyMembers(() =>
    guards.map((guard) => [guard.name, () => explainGuard(guard, facts).outcome] as const),
  )
}

/** Requests of older records say nothing of it: then nothing was shown. */
function credentialRecord({ credential }: AccessRequest): RecordValue {
  const { kind, shared } = credential ?? { kind: 'none', shared: false }
  return recordOf(
    new Map<string, Value>([
      ['kind', kind],
      ['shared', shared],
    ]),
  )
}

/** What is left is rounded down: policies count in whole units. */
function rateMembers(rate: AccessRequest['rate']): ReadonlyMap<string, Value> {
  return new Map(
    Object.entries(rate).map(([name, { left, most }]) => {
      const unit = (number: number) => () => wholeNumber(Math.floor(number))
      return [
        name,
        lazyMembers(() => [
          ['left', unit(left)],
          ['most', unit(most)],
        ]),
      ]
    }),
  )
}

/** Of a chain only the first is who acts now: those behind it are told, and decide nothing (RFC 8693). */
function subjectMembers({ via, groups, actors }: Subject): ReadonlyMap<string, Value> {
  return new Map<string, Value>([
    ['via', via],
    ['groups', setOf(groups)],
    ['acting', actors.length > 0],
    ['actor', actors[0] ?? ''],
    ['actors', setOf(actors)],
  ])
}

function authorizationMembers(authorization: Authorization): ReadonlyMap<string, Value> {
  const { client, clientTrust, grant, scopes, bound, issuer, methods } = authorization
  return new Map<string, Value>([
    ['client', client],
    ['trust', clientTrust],
    ['grant', grant],
    ['scopes', setOf(scopes)],
    ['bound', bound],
    ['issuer', issuer],
    ['methods', setOf(methods)],
  ])
}

function textRecord(members: Readonly<Record<string, string>>): RecordValue {
  return recordOf(new Map(Object.entries(members)))
}
