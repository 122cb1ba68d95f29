import type { AccessRequest } from '../kernel/access.ts'
import type { Subject } from '../kernel/subject.ts'
import type { EntityData, Environment } from './language/environment.ts'
import { fault } from './language/fault.ts'
import { jsonRecord } from './language/json-value.ts'
import { entity, type RecordValue, recordOf, setOf, type Value } from './language/value.ts'
import { TYPE_OF_KIND } from './vocabulary.ts'

const NOTHING = recordOf(new Map())
const ALONE: EntityData = { attributes: NOTHING, tags: NOTHING, ancestors: new Set() }
const PRINCIPAL_TYPE = { user: 'User', agent: 'Agent' } as const
const ACTION_ENTITIES = {
  call: entity('Action', 'call'),
  read: entity('Action', 'read'),
  get: entity('Action', 'get'),
  complete: entity('Action', 'complete'),
} as const

/**
 * The entities and the context that policies see of a request. Attributes are made when read.
 *
 * @throws {Fault} for a server whose name holds `:`, since `server:name` would not be unique.
 */
export function requestEnvironment(request: AccessRequest): Environment {
  const { subject, target } = request
  if (target.server.includes(':')) fault('the name of a server holds `:`')
  const principal = entity(PRINCIPAL_TYPE[subject.kind], subject.id)
  const resource = entity(TYPE_OF_KIND[target.kind], `${target.server}:${target.name}`)
  const server = entity('Server', target.server)
  const data: EntityData = {
    attributes: lazyRecord(() => resourceAttributes(request)),
    tags: NOTHING,
    ancestors: new Set([server.key]),
  }
  return {
    principal,
    action: ACTION_ENTITIES[request.action],
    resource,
    context: lazyRecord(() => contextMembers(request)),
    lookup: ({ key }) => {
      if (key === resource.key) return data
      return key === principal.key || key === server.key ? ALONE : undefined
    },
  }
}

function resourceAttributes({ target }: AccessRequest): ReadonlyMap<string, Value> {
  const { effects, reversible, risk, source } = target.classification
  const attributes = new Map<string, Value>([
    ['server', target.server],
    ['name', target.name],
    ['effects', setOf(effects)],
    ['reversible', reversible],
    ['risk', risk],
    ['classified', source],
  ])
  if (target.kind !== 'resource') return attributes
  return attributes.set('uri', target.name).set('scheme', schemeOf(target.name))
}

/** The scheme in lower case (RFC 3986 §3.1), empty where there is none. */
function schemeOf(uri: string): string {
  return /^([a-z][a-z0-9+.-]*):/i.exec(uri)?.[1]?.toLowerCase() ?? ''
}

function contextMembers(request: AccessRequest): ReadonlyMap<string, Value> {
  const { client, subject, time } = request
  return new Map<string, Value>([
    ['args', jsonRecord(request.arguments, 'exact')],
    ['decimals', jsonRecord(request.arguments, 'decimal')],
    ['client', textRecord({ name: client.name, version: client.version })],
    ['time', time],
    ['subject', subjectRecord(subject)],
  ])
}

function subjectRecord({ via, actors }: Subject): RecordValue {
  return recordOf(
    new Map<string, Value>([
      ['via', via],
      ['actors', setOf(actors)],
    ]),
  )
}

function textRecord(members: Readonly<Record<string, string>>): RecordValue {
  return recordOf(new Map(Object.entries(members)))
}

/** A record that is made at the first use: most policies look at little of a request. */
function lazyRecord(make: () => ReadonlyMap<string, Value>): RecordValue {
  let made: ReadonlyMap<string, Value> | undefined
  const members = (): ReadonlyMap<string, Value> => {
    made ??= make()
    return made
  }
  return {
    kind: 'record',
    has: (name) => members().has(name),
    member: (name) => members().get(name),
    names: () => [...members().keys()],
  }
}
