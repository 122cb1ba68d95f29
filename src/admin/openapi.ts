import { z } from 'zod'
import type { JsonObject } from '../kernel/json.ts'
import { type Permission, ROLE_PERMISSIONS, ROLES } from '../kernel/role.ts'
import type { Operation } from './operation.ts'
import { OPERATIONS } from './operations.ts'

/** What the version of the API's address is. */
const VERSION = '1'

interface Described {
  readonly line: readonly [method: string, path: string]
  readonly needs: Permission
  readonly level: 'read' | 'write'
  readonly body: JsonObject
  /** Schemas that others of the operation refer to. */
  readonly shared?: Readonly<Record<string, JsonObject>>
}

const PROBLEM: JsonObject = {
  description: 'What went wrong (RFC 9457), in public words',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}

const SCHEMAS: JsonObject = {
  Problem: {
    type: 'object',
    required: ['type', 'title', 'status', 'detail', 'code', 'requestId'],
    properties: {
      type: { type: 'string' },
      title: { type: 'string' },
      status: { type: 'integer' },
      detail: { type: 'string' },
      code: { type: 'string', description: 'Stable: see the reference of errors' },
      requestId: { type: 'string', description: 'Finds the line of the log' },
      login: { type: 'string', description: 'With `login_required`: where people log in' },
      errors: {
        type: 'array',
        items: {
          type: 'object',
          required: ['member', 'message'],
          properties: { member: { type: 'string' }, message: { type: 'string' } },
        },
      },
    },
  },
}

const SECURITY_SCHEMES: JsonObject = {
  token: {
    type: 'oauth2',
    description: 'A token of the resource `/admin`, bound to a key (RFC 9449) or not',
    flows: {
      authorizationCode: {
        authorizationUrl: '/oauth/authorize',
        tokenUrl: '/oauth/token',
        refreshUrl: '/oauth/token',
        scopes: { read: 'Look', write: 'Change' },
      },
      clientCredentials: {
        tokenUrl: '/oauth/token',
        scopes: { read: 'Look', write: 'Change' },
      },
    },
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-bailiwick-session',
    description: 'The login session of a browser; over plain HTTP its name holds the port instead',
  },
  console: {
    type: 'apiKey',
    in: 'header',
    name: 'x-bailiwick-console',
    description: '`1`, with the session, from a page of the same origin',
  },
}

let made: JsonObject | undefined

/** Describes the API: OpenAPI 3.1, of the table of operations. */
export function openApiDocument(): JsonObject {
  made ??= documentOf([...OPERATIONS.map(describe), ...BESIDES])
  return made
}

function documentOf(described: readonly Described[]): JsonObject {
  const paths: Record<string, Record<string, JsonObject>> = {}
  for (const { line, needs, level, body } of described) {
    const [method, path] = line
    paths[path] ??= {}
    Object.assign(paths[path], {
      [method.toLowerCase()]: {
        ...body,
        'x-permission': needs,
        'x-roles': ROLES.filter((role) => ROLE_PERMISSIONS[role].includes(needs)),
        'x-level': level,
        security: [{ token: [level] }, { session: [], console: [] }],
      },
    })
  }
  const shared = described.map((one) => one.shared ?? {})
  return {
    openapi: '3.1.0',
    info: {
      title: 'Bailiwick admin API',
      version: VERSION,
      description:
        'The control plane: identities, approvals, servers, policies, records. Moments are ISO 8601 in UTC.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/admin/api/v1' }],
    paths,
    components: {
      schemas: { ...SCHEMAS, ...Object.assign({}, ...shared) },
      securitySchemes: SECURITY_SCHEMES,
    },
  }
}

function describe(operation: Operation): Described {
  const { id, method, path, summary, needs, level, status } = operation
  const shared: Record<string, JsonObject> = {}
  const input = schemaOf(operation.input, 'input', `${id}.input`, shared)
  const output = schemaOf(operation.output, 'output', `${id}.output`, shared)
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name))
  const inQuery = method === 'GET' || method === 'DELETE'
  const parameters = [
    ...inPath.map((name) => parameter('path', name, input)),
    ...(inQuery
      ? Object.keys(input.properties)
          .filter((name) => !inPath.includes(name))
          .map((name) => parameter('query', name, input))
      : []),
    ...(operation.version === undefined ? [] : [IF_MATCH]),
  ]
  return {
    line: [method, path],
    needs,
    level,
    shared,
    body: {
      operationId: id,
      summary,
      tags: [id.slice(0, id.indexOf('.'))],
      ...(parameters.length === 0 ? {} : { parameters }),
      ...(inQuery ? {} : bodyOf(input, inPath)),
      responses: {
        [status]: {
          description: 'Done',
          content: { 'application/json': { schema: output } },
        },
        ...(method === 'GET' ? { 304: { description: 'As `If-None-Match` has it' } } : {}),
        ...(operation.version === undefined ? {} : { 412: PROBLEM }),
        default: PROBLEM,
      },
    },
  }
}

const IF_MATCH: JsonObject = {
  name: 'If-Match',
  in: 'header',
  description: 'The version that is changed, in quotes, if it does not stand in the body',
  schema: { type: 'string' },
}

interface ObjectSchema extends JsonObject {
  readonly properties: Readonly<Record<string, JsonObject>>
  readonly required?: readonly string[]
}

/** A schema as it stands in the document: what it refers to goes to the shared ones, under the name. */
function schemaOf(
  schema: z.ZodType,
  io: 'input' | 'output',
  name: string,
  shared: Record<string, JsonObject>,
): ObjectSchema {
  const options = { io, target: 'draft-2020-12', unrepresentable: 'any' } as const
  const written = JSON.stringify(z.toJSONSchema(schema, options))
  const place = `"#/components/schemas/${name}.`
  const { $schema: _, $defs = {}, ...rest } = JSON.parse(written.replaceAll('"#/$defs/', place))
  for (const [key, value] of Object.entries($defs)) shared[`${name}.${key}`] = value as JsonObject
  return rest
}

function parameter(place: 'path' | 'query', name: string, input: ObjectSchema): JsonObject {
  const required = place === 'path' || input.required?.includes(name) === true
  return { name, in: place, required, schema: input.properties[name] ?? {} }
}

function bodyOf(input: ObjectSchema, inPath: readonly string[]): JsonObject {
  const { properties, required = [], ...rest } = input
  const left = Object.entries(properties).filter(([name]) => !inPath.includes(name))
  if (left.length === 0) return {}
  const needed = required.filter((name) => !inPath.includes(name))
  const schema = {
    ...rest,
    properties: Object.fromEntries(left),
    ...(needed.length === 0 ? {} : { required: needed }),
  }
  return {
    requestBody: {
      required: needed.length > 0,
      content: { 'application/json': { schema } },
    },
  }
}

/** What is answered beside the table. */
const BESIDES: readonly Described[] = [
  {
    line: ['GET', '/live'],
    needs: 'self',
    level: 'read',
    body: {
      operationId: 'live.follow',
      summary: 'Follow what happens, as far as the caller may know of it (server-sent events)',
      description:
        'Events: `ready` at first, then `call`, `event`, `approval`, `server`, `posture`; `data` holds `id` and `data`.',
      tags: ['live'],
      responses: {
        200: {
          description: 'Goes on until the session or the token ends',
          content: { 'text/event-stream': { schema: { type: 'string' } } },
        },
        default: PROBLEM,
      },
    },
  },
  {
    line: ['GET', '/openapi.json'],
    needs: 'self',
    level: 'read',
    body: {
      operationId: 'api.describe',
      summary: 'This document',
      tags: ['api'],
      responses: {
        200: {
          description: 'OpenAPI 3.1',
          content: { 'application/json': { schema: { type: 'object' } } },
        },
        304: { description: 'As `If-None-Match` has it' },
        default: PROBLEM,
      },
    },
  },
]
