import { GatewayError } from '../../kernel/errors.ts'
import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import {
  decodeHeaderValue,
  encodeHeaderValue,
  type HttpHeaders,
  readHeader,
} from './header-value.ts'

/** One argument of a tool that a header repeats. */
export interface ParamHeader {
  /** Lower case: `mcp-param-region`. */
  readonly header: string
  /** Where the argument stands in `arguments`. */
  readonly path: readonly string[]
}

/** What a tool's input schema asks for; `invalid`: the tool must not be listed over HTTP. */
export type ParamHeaders =
  | { readonly kind: 'valid'; readonly headers: readonly ParamHeader[] }
  | { readonly kind: 'invalid'; readonly reason: string }

interface Place {
  readonly path: readonly string[]
  /** Whether only `properties` lead here. */
  readonly reachable: boolean
}

const ANNOTATION = 'x-mcp-header'
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const TYPES: ReadonlySet<Json | undefined> = new Set(['string', 'integer', 'boolean'])
const INTEGER = /^-?(?:0|[1-9]\d*)(?:\.0+)?$/

/** Keywords whose value is a schema, a list of schemas, or (`MAPS`) schemas by name. */
const SCHEMAS = [
  ...['items', 'prefixItems', 'additionalItems', 'contains', 'unevaluatedItems'],
  ...['additionalProperties', 'unevaluatedProperties', 'propertyNames', 'contentSchema'],
  ...['oneOf', 'anyOf', 'allOf', 'not', 'if', 'then', 'else'],
]
const MAPS = ['patternProperties', 'dependentSchemas', 'dependencies', '$defs', 'definitions']

/**
 * Reads the `x-mcp-header` annotations of a tool's input schema (2026-07-28, Streamable HTTP,
 * "Schema Extension"): a unique header token on a string, integer or boolean that `properties`
 * alone lead to. One annotation against these rules makes the whole tool invalid. Linear in the
 * schema; its depth was bounded when it was parsed.
 */
export function readParamHeaders(inputSchema: JsonObject): ParamHeaders {
  const headers = new Map<string, ParamHeader>()
  const reason = visit(inputSchema, { path: [], reachable: true }, headers)
  return reason === undefined
    ? { kind: 'valid', headers: [...headers.values()] }
    : { kind: 'invalid', reason }
}

/**
 * Holds the `mcp-param-*` headers of a call against its arguments ("Server Behavior for Custom
 * Headers"): an argument that is there must be repeated truly; for one that is absent or null no
 * header is expected, and one that is sent all the same says what the body does not. Headers that
 * no annotation names are no business of ours.
 *
 * @throws GatewayError `header_mismatch`.
 */
export function checkParamHeaders(
  headers: HttpHeaders,
  expected: readonly ParamHeader[],
  args: JsonObject,
): void {
  for (const { header, path } of expected) {
    const value = valueAt(args, path)
    const sent = readHeader(headers, header)
    if (sent === undefined) {
      // What has no text can have no header; the schema refuses it.
      if (textOf(value) !== undefined) refuse(header, 'is missing')
      continue
    }
    const text = decodeHeaderValue(sent)
    if (text === undefined) refuse(header, 'has an invalid value')
    if (!agrees(text, value)) refuse(header, `does not match the argument \`${path.join('.')}\``)
  }
}

/** The `mcp-param-*` headers of a call to a server. */
export function paramHeaders(
  expected: readonly ParamHeader[],
  args: JsonObject,
): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {}
  for (const { header, path } of expected) {
    const text = textOf(valueAt(args, path))
    if (text !== undefined) headers[header] = encodeHeaderValue(text)
  }
  return headers
}

/** Collects annotations; gives the first reason why the schema is invalid. */
function visit(
  schema: Json | undefined,
  place: Place,
  headers: Map<string, ParamHeader>,
): string | undefined {
  if (!isObject(schema)) return undefined
  const reason = readAnnotation(schema, place, headers)
  if (reason !== undefined) return reason
  for (const [schemas, inner] of subschemas(schema, place)) {
    const inside = visit(schemas, inner, headers)
    if (inside !== undefined) return inside
  }
  return undefined
}

function subschemas(schema: JsonObject, { path, reachable }: Place): [Json | undefined, Place][] {
  const elsewhere = { path, reachable: false }
  return [
    ...membersOf(schema['properties']).map(([name, inner]): [Json | undefined, Place] => [
      inner,
      { path: [...path, name], reachable },
    ]),
    ...SCHEMAS.map((keyword) => schema[keyword])
      .flatMap((value) => (Array.isArray(value) ? value : [value]))
      .map((inner): [Json | undefined, Place] => [inner, elsewhere]),
    ...MAPS.flatMap((keyword) => membersOf(schema[keyword])).map(
      ([, inner]): [Json | undefined, Place] => [inner, elsewhere],
    ),
  ]
}

function membersOf(value: Json | undefined): [string, Json | undefined][] {
  return isObject(value) ? Object.entries(value) : []
}

function readAnnotation(
  schema: JsonObject,
  { path, reachable }: Place,
  headers: Map<string, ParamHeader>,
): string | undefined {
  if (!Object.hasOwn(schema, ANNOTATION)) return undefined
  const name = schema[ANNOTATION]
  const where = `\`${ANNOTATION}\` at \`${path.join('.')}\``
  if (!reachable || path.length === 0) return `${where} is not on a property of the arguments`
  if (typeof name !== 'string' || !TOKEN.test(name)) return `${where} is not a header token`
  if (!TYPES.has(schema['type'])) return `${where} is not on a string, integer or boolean`
  const header = `mcp-param-${name.toLowerCase()}`
  if (headers.has(header)) return `${where} names the header \`${header}\` a second time`
  headers.set(header, { header, path })
  return undefined
}

function valueAt(args: JsonObject, path: readonly string[]): Json | undefined {
  let value: Json | undefined = args
  for (const name of path) {
    value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
  }
  return value
}

function textOf(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean' || Number.isSafeInteger(value)) return String(value)
  return undefined
}

function agrees(text: string, value: Json | undefined): boolean {
  if (typeof value === 'number') return INTEGER.test(text) && Number(text) === value
  return text === textOf(value)
}

function refuse(header: string, problem: string): never {
  throw new GatewayError('header_mismatch', `header \`${header}\` ${problem}`)
}
