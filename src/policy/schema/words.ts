import { ANNOTATIONS } from '../annotations.ts'
import { ACTIONS, SHAPES, type Shape } from '../vocabulary.ts'
import { joinArguments } from './cedar-schema.ts'
import { contextType, TARGET_TYPE } from './context-type.ts'
import { type Definitions, idOf } from './definitions.ts'
import { argumentTypes } from './json-type.ts'
import type { RecordType, ValueType } from './value-type.ts'

/** Something that a condition can read. */
export interface ReadableMember {
  /** `context.args.to`, `resource.effects`; a name that is none of Cedar's stands in `["…"]`. */
  readonly path: string
  /** In Cedar's words; `?` where its types cannot say. */
  readonly type: string
  /** Whether it is always there. */
  readonly required: boolean
  /** The only values that it, or each of its elements, can have. */
  readonly words?: readonly string[]
}

/** Everything that policies about such definitions can say. */
export interface PolicyWords {
  readonly actions: readonly { readonly name: string; readonly resources: readonly string[] }[]
  readonly members: readonly ReadableMember[]
  readonly annotations: readonly {
    readonly name: string
    readonly on?: 'permit' | 'forbid'
    readonly with?: string
    readonly needs: string
  }[]
}

/** Members beyond this are left out: nobody reads such a list. */
const MOST = 2_000
const MAX_DEPTH = 6

/**
 * The words of policies, as the schema has them that policies are checked against.
 *
 * @param tool `server:name` of the tool whose arguments are offered; without it, those of all tools.
 */
export function policyWords({ tools }: Pick<Definitions, 'tools'>, tool?: string): PolicyWords {
  const about = tool === undefined ? tools : tools.filter((one) => idOf(one) === tool)
  const args = joinArguments(about.map(({ inputSchema }) => argumentTypes(inputSchema)))
  const members = [
    ...membersOf('resource', TARGET_TYPE, SHAPES.resource),
    ...membersOf('context', contextType(args), SHAPES.context),
  ]
  return {
    actions: [...ACTIONS].map(([name, resources]) => ({ name, resources: [...resources] })),
    members: members.slice(0, MOST),
    annotations: [...ANNOTATIONS].map(([name, { on, with: beside, needs }]) => ({
      name,
      needs,
      ...(on === undefined ? {} : { on }),
      ...(beside === undefined ? {} : { with: beside }),
    })),
  }
}

function membersOf(
  path: string,
  { members }: RecordType,
  shape: Shape | undefined,
  depth = 0,
): readonly ReadableMember[] {
  return [...members].flatMap(([name, { type, required }]) => {
    const inner = shapeAt(shape, name)
    const known = wordsOf(type) ?? (Array.isArray(inner) ? (inner as readonly string[]) : undefined)
    const at = `${path}${step(name)}`
    const own = { path: at, type: typeName(type), required, ...(known && { words: known }) }
    if (type.kind !== 'record' || depth >= MAX_DEPTH) return [own]
    return [own, ...membersOf(at, type, inner, depth + 1)]
  })
}

function shapeAt(shape: Shape | undefined, name: string): Shape | undefined {
  if (shape === undefined || shape === 'open' || Array.isArray(shape)) return undefined
  const known = shape as { readonly [name: string]: Shape }
  return Object.hasOwn(known, name) ? known[name] : undefined
}

function wordsOf(type: ValueType): readonly string[] | undefined {
  if (type.kind === 'set') return wordsOf(type.element)
  return type.kind === 'string' ? type.words : undefined
}

function step(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`
}

function typeName(type: ValueType): string {
  switch (type.kind) {
    case 'string':
      return 'String'
    case 'long':
      return 'Long'
    case 'boolean':
      return 'Boolean'
    case 'decimal':
      return 'decimal'
    case 'set':
      return `Set<${typeName(type.element)}>`
    case 'record':
      return 'Record'
    case 'opaque':
      return '?'
  }
}
