import type { AnalysisSubject, ArgumentHint } from '../kernel/facts.ts'
import { isObject, type Json, type JsonObject } from '../kernel/json.ts'
import { escapeStep, unescapeStep } from '../kernel/json-pointer.ts'
import { type Expectation, expectationOf } from './kinds.ts'

/** What is expected of a value and of what is in it. Made once for each tool. */
export interface Plan {
  readonly expected: Expectation | undefined
  readonly members: ReadonlyMap<string, Plan>
  /** Of the items of a list. */
  readonly items: Plan | undefined
}

const NOTHING: Plan = { expected: undefined, members: new Map(), items: undefined }
const MAX_DEPTH = 16
/** Schemas behind one tool that are looked at: a definition is a server's, and may be anything. */
const MAX_SCHEMAS = 5_000
/** Schemas that one value could meet. */
const MAX_VARIANTS = 64

interface Making {
  readonly subject: AnalysisSubject
  readonly root: Json | undefined
  schemas: number
}

/** Reads a tool's schema for what its arguments are; the operator's word stands above it. */
export function planOf(subject: AnalysisSubject): Plan {
  const root = subject.inputSchema
  return make({ subject, root, schemas: 0 }, root, '', undefined, 0)
}

/** The plan of a member that no schema speaks of: its name alone says something. */
export function planOfName(name: string, siblings: readonly string[], tool: string): Plan {
  const expected = expectationOf(name, [], siblings, tool)
  return expected === undefined ? NOTHING : { ...NOTHING, expected }
}

function make(
  making: Making,
  schema: Json | undefined,
  at: string,
  inherited: Expectation | undefined,
  depth: number,
): Plan {
  const said = operatorWord(making.subject, at)
  const expected: Expectation | undefined =
    said === undefined ? inherited : { ...said, strength: 'firm' }
  making.schemas += 1
  if (depth > MAX_DEPTH || making.schemas > MAX_SCHEMAS) return { ...NOTHING, expected }
  const variants = variantsOf(making.root, schema)
  const properties = variants.flatMap(({ properties: own }) => (isObject(own) ? [own] : []))
  const names = [...new Set([...properties.flatMap(Object.keys), ...hinted(making.subject, at)])]
  const members = names.map((name) => {
    const inner = properties.find((own) => Object.hasOwn(own, name))?.[name]
    const own = expectationOf(
      name,
      variantsOf(making.root, inner),
      names,
      making.subject.tool ?? '',
    )
    return [name, make(making, inner, `${at}/${escapeStep(name)}`, own, depth + 1)] as const
  })
  const items = variants.map((one) => one['items']).find((one) => one !== undefined)
  return {
    expected,
    members: new Map(members),
    items:
      items === undefined
        ? undefined
        : make(
            making,
            items,
            `${at}/*`,
            expectationOf('', variantsOf(making.root, items), [], ''),
            depth + 1,
          ),
  }
}

/** A schema with what it refers to and combines, all of them that a value could meet. */
function variantsOf(root: Json | undefined, schema: Json | undefined): readonly JsonObject[] {
  const found = new Set<JsonObject>()
  const waiting: (Json | undefined)[] = [schema]
  while (waiting.length > 0 && found.size < MAX_VARIANTS) {
    const one = waiting.shift()
    if (!isObject(one) || found.has(one)) continue
    found.add(one)
    waiting.push(...combined(one), one['then'], one['else'], referred(root, one['$ref']))
  }
  return [...found]
}

function combined(schema: JsonObject): readonly Json[] {
  const lists = [schema['allOf'], schema['anyOf'], schema['oneOf']]
  return lists.flatMap((list) => (Array.isArray(list) ? list.slice(0, MAX_VARIANTS) : []))
}

function referred(root: Json | undefined, ref: Json | undefined): Json | undefined {
  if (typeof ref !== 'string' || !ref.startsWith('#')) return undefined
  let at: Json | undefined = root
  for (const step of ref.slice(1).split('/').slice(1, MAX_DEPTH)) {
    const name = unescapeStep(step)
    at = isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined
  }
  return at
}

/** Hints are by pointer, where `*` is any item of a list, or by the name of a top-level argument. */
function operatorWord({ hints }: AnalysisSubject, at: string): ArgumentHint | undefined {
  if (Object.hasOwn(hints, at)) return hints[at]
  const name = at.slice(1)
  return name !== '' && !name.includes('/') && Object.hasOwn(hints, name) ? hints[name] : undefined
}

/** Members that only a hint speaks of. */
function hinted({ hints }: AnalysisSubject, at: string): readonly string[] {
  return Object.keys(hints).flatMap((key) => {
    const pointer = key.startsWith('/') ? key : `/${escapeStep(key)}`
    if (!pointer.startsWith(`${at}/`)) return []
    const [step = ''] = pointer.slice(at.length + 1).split('/')
    return step === '*' ? [] : [unescapeStep(step)]
  })
}
