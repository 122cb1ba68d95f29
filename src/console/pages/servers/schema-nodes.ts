/** One argument of a tool, or a part of one, as people read it. */
export interface SchemaNode {
  readonly name: string
  /** `string`, `integer or null`, `list of string`; `anything` where the schema says nothing. */
  readonly type: string
  readonly required: boolean
  readonly description: string | undefined
  /** What bounds it, in words: `one of "a", "b"`, `at least 1`. */
  readonly bounds: readonly string[]
  readonly parts: readonly SchemaNode[]
}

type Schema = Readonly<Record<string, unknown>>

/** Deeper than people write; the definition in full stands below. */
const DEEPEST = 12

/** The arguments that a JSON Schema describes, in its order. Never throws, whatever a server sent. */
export function schemaNodes(schema: unknown, depth = 0): readonly SchemaNode[] {
  if (!isSchema(schema) || depth > DEEPEST) return []
  const required = listIn(schema, 'required')
  const own = Object.entries(partIn(schema, 'properties')).map(([name, inner]) =>
    nodeOf(name, inner, required.includes(name), depth),
  )
  const { items } = schema
  return isSchema(items) && own.length === 0 ? schemaNodes(items, depth + 1) : own
}

function nodeOf(name: string, schema: unknown, required: boolean, depth: number): SchemaNode {
  const known = isSchema(schema) ? schema : {}
  const { description } = known
  return {
    name,
    type: typeOf(known),
    required,
    description: typeof description === 'string' ? description : undefined,
    bounds: boundsOf(known),
    parts: [...schemaNodes(known, depth + 1), ...choicesOf(known, depth + 1)],
  }
}

/** Schemas of which one has to fit, where they have arguments of their own. */
function choicesOf(schema: Schema, depth: number): readonly SchemaNode[] {
  return CHOICES.flatMap((word) => listIn(schema, word))
    .filter((one) => isSchema(one) && (isSchema(one['properties']) || isSchema(one['items'])))
    .map((one, index) => nodeOf(`choice ${index + 1}`, one, false, depth))
}

const CHOICES = ['anyOf', 'oneOf', 'allOf'] as const

function typeOf(schema: Schema, depth = 0): string {
  const { type, items, $ref } = schema
  if (typeof $ref === 'string') return $ref
  if (depth > DEEPEST) return 'anything'
  const inner = (one: Schema): string => typeOf(one, depth + 1)
  if (type === 'array') return isSchema(items) ? `list of ${inner(items)}` : 'list'
  if (typeof type === 'string') return type
  if (Array.isArray(type)) return type.map(String).join(' or ')
  const choices = CHOICES.flatMap((word) => listIn(schema, word)).filter(isSchema)
  if (choices.length > 0) return [...new Set(choices.map(inner))].join(' or ')
  return isSchema(schema['properties']) ? 'object' : 'anything'
}

const BOUNDS: readonly (readonly [member: string, words: string])[] = [
  ['const', 'always'],
  ['default', 'unless given'],
  ['format', 'a'],
  ['pattern', 'like'],
  ['minimum', 'at least'],
  ['exclusiveMinimum', 'more than'],
  ['maximum', 'at most'],
  ['exclusiveMaximum', 'less than'],
  ['minLength', 'characters at least'],
  ['maxLength', 'characters at most'],
  ['minItems', 'entries at least'],
  ['maxItems', 'entries at most'],
]

function boundsOf(schema: Schema): readonly string[] {
  const choices = listIn(schema, 'enum').map((one) => JSON.stringify(one))
  const said = BOUNDS.filter(([member]) => schema[member] !== undefined).map(
    ([member, words]) => `${words} ${written(schema[member])}`,
  )
  const closed = schema['additionalProperties'] === false ? ['no other members'] : []
  return [...(choices.length === 0 ? [] : [`one of ${choices.join(', ')}`]), ...said, ...closed]
}

function written(value: unknown): string {
  return typeof value === 'string' ? value || '""' : JSON.stringify(value)
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function listIn(schema: Schema, member: string): readonly unknown[] {
  const value = schema[member]
  return Array.isArray(value) ? value : []
}

function partIn(schema: Schema, member: string): Schema {
  const value = schema[member]
  return isSchema(value) ? value : {}
}
