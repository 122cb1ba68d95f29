import type { Json, JsonObject } from '../../src/kernel/json.ts'

/** All that a server shows of itself. */
export interface Surface {
  readonly tools: readonly Json[]
  readonly prompts: readonly Json[]
  readonly resources: readonly Json[]
  readonly resourceTemplates: readonly Json[]
  readonly instructions: Json
  readonly serverInfo: Json
}

const ICONS = [{ src: 'https://tools.example/icon.png', mimeType: 'image/png', sizes: ['48x48'] }]
const META = { 'example.com/team': { owner: 'maps', tags: ['a', 'b'] } }

/** A server with one rich item of each kind, and a plain one beside it that stays as it is. */
export const SURFACE: Surface = {
  tools: [
    {
      name: 'find_route',
      title: 'Find a route',
      description: 'Finds a way between two places.',
      icons: ICONS,
      inputSchema: {
        type: 'object',
        properties: {
          from: { type: 'string', description: 'Where it begins.', minLength: 1 },
          by: { type: 'string', enum: ['foot', 'train'], default: 'foot' },
          stops: {
            type: 'array',
            maxItems: 5,
            items: {
              type: 'object',
              properties: { place: { $ref: '#/$defs/place' } },
              required: ['place'],
            },
          },
        },
        required: [],
        additionalProperties: false,
        $defs: { place: { type: 'string', examples: ['Bern'], pattern: '^[A-Z]' } },
      },
      outputSchema: {
        type: 'object',
        properties: { minutes: { type: 'integer', minimum: 0 } },
        required: [],
      },
      annotations: { title: 'Route', readOnlyHint: true, openWorldHint: false },
      _meta: META,
    },
    { name: 'plain', description: 'Says hello.', inputSchema: { type: 'object' } },
  ],
  prompts: [
    {
      name: 'plan_trip',
      title: 'Plan a trip',
      description: 'Asks for a plan.',
      icons: ICONS,
      arguments: [{ name: 'city', title: 'City', description: 'Where to.', required: false }],
      _meta: META,
    },
    { name: 'plain', description: 'Says hello.' },
  ],
  resources: [
    {
      uri: 'maps://city/bern',
      name: 'bern',
      title: 'Bern',
      description: 'A map of the city.',
      mimeType: 'text/plain',
      size: 120,
      icons: ICONS,
      annotations: { audience: ['user'], priority: 0.5, lastModified: '2026-01-01T00:00:00Z' },
      _meta: META,
    },
    { uri: 'maps://plain', name: 'plain' },
  ],
  resourceTemplates: [
    {
      uriTemplate: 'maps://tile/{id}',
      name: 'tile',
      title: 'A tile',
      description: 'One square of the map.',
      mimeType: 'image/png',
      icons: ICONS,
      annotations: { audience: ['assistant'], priority: 1 },
      _meta: META,
    },
    { uriTemplate: 'maps://plain/{id}', name: 'plain' },
  ],
  instructions: 'Ask for a route first.',
  serverInfo: {
    name: 'maps',
    title: 'Maps',
    version: '1.2.3',
    websiteUrl: 'https://maps.example',
    icons: ICONS,
  },
}

/** A change of one value: where, what was done, and what came of it (undefined: it is gone). */
export interface Mutation {
  readonly at: string
  readonly what: 'changed' | 'added' | 'removed'
  readonly value: Json | undefined
}

/** Every change of one step: each value changed, each member and item removed, one added everywhere. */
export function mutationsOf(value: Json, at = ''): readonly Mutation[] {
  const changed: Mutation = { at, what: 'changed', value: other(value) }
  if (typeof value !== 'object' || value === null) return [changed]
  const inner = Object.entries(value).flatMap(([name, member]): readonly Mutation[] => {
    const put = (next: Json | undefined): Json => replaced(value, name, next)
    const removed: Mutation = { at: `${at}/${name}`, what: 'removed', value: put(undefined) }
    const deeper = mutationsOf(member ?? null, `${at}/${name}`)
    return [removed, ...deeper.map((one) => ({ ...one, value: put(one.value) }))]
  })
  const more = Array.isArray(value) ? [...value, 'more'] : { ...value, 'x-more': 'more' }
  return [changed, { at, what: 'added', value: more }, ...inner]
}

function other(value: Json): Json {
  if (typeof value === 'string') return `${value}!`
  if (typeof value === 'number') return value + 1
  if (typeof value === 'boolean') return !value
  if (value === null) return 0
  return Array.isArray(value) ? {} : []
}

function replaced(value: Json, name: string, next: Json | undefined): Json {
  if (Array.isArray(value))
    return value.flatMap((item, index) =>
      String(index) === name ? (next === undefined ? [] : [next]) : [item],
    )
  const { [name]: _, ...rest } = value as JsonObject
  // In its old place: the order of members is no change.
  return next === undefined
    ? rest
    : Object.fromEntries(
        Object.entries(value as JsonObject).map(([key, one]) => [key, key === name ? next : one]),
      )
}

/** The same, with all members the other way round. */
export function turned(value: Json): Json {
  if (Array.isArray(value)) return value.map(turned)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value as JsonObject).reverse()
  return Object.fromEntries(members.map(([name, member]) => [name, turned(member ?? null)]))
}
