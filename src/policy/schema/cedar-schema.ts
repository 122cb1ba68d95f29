import type { SchemaJson, Type } from '@cedar-policy/cedar-wasm/nodejs'
import { canonicalJson } from '../../kernel/canonical-json.ts'
import { sha256 } from '../../kernel/hash.ts'
import type { Json } from '../../kernel/json.ts'
import { ACTIONS } from '../vocabulary.ts'
import { contextType, RESOURCE_TYPE, TARGET_TYPE } from './context-type.ts'
import type { ToolDefinition } from './definitions.ts'
import { type ArgumentTypes, argumentTypes, type SchemaWarning } from './json-type.ts'
import { joinTypes, type RecordType, recordType, type ValueType } from './value-type.ts'

/** A schema in Cedar's JSON schema format. */
export type CedarSchema = SchemaJson<string>

/** A part of a tool's schema that Cedar cannot say. */
export interface ToolWarning extends SchemaWarning {
  readonly server: string
  readonly tool: string
}

/** The entity type of attributes that may be anything: nothing compares with it. */
const OPAQUE_TYPE = 'Opaque'
/** A member of `context` that may be true or false: it stands in for what cannot be checked. */
export const ANY_BOOLEAN = '?'

/** Users and agents, and the groups that they are in. */
const PRINCIPALS = {
  User: { memberOfTypes: ['Group'] },
  Agent: { memberOfTypes: ['Group'] },
  Group: {},
}

const NO_ARGUMENTS = recordType({})

/**
 * The Cedar schema that policies about these tools are checked against. Cedar gives an action one
 * context, so the arguments of `call` are those of all of these tools: what not every one of them
 * requires is optional, what they disagree on is opaque. For exact types give one tool.
 *
 * Names of types are hashes and names of attributes are quoted, so that any name that MCP allows is
 * one. Never fails: what Cedar's types cannot say is opaque, and `warnings` tells where.
 */
export function cedarSchema(tools: readonly ToolDefinition[]): {
  readonly schema: CedarSchema
  readonly warnings: readonly ToolWarning[]
} {
  const types = tools.map(({ inputSchema }) => argumentTypes(inputSchema))
  const warnings = tools.flatMap(({ server, name }, index) =>
    (types[index]?.warnings ?? []).map((warning) => ({ server, tool: name, ...warning })),
  )
  return { schema: schemaFor(joinArguments(types)), warnings }
}

/** The arguments of any of some tools. */
export function joinArguments(
  types: readonly Omit<ArgumentTypes, 'warnings'>[],
): Omit<ArgumentTypes, 'warnings'> {
  return {
    args: joinRecords(types.map(({ args }) => args)),
    decimals: joinRecords(types.map(({ decimals }) => decimals)),
  }
}

function joinRecords(types: readonly RecordType[]): RecordType {
  const joined = joinTypes(types)
  return joined.kind === 'record' ? joined : NO_ARGUMENTS
}

/** The schema for calls with such arguments; other actions have none that are known. */
export function schemaFor(call: Omit<ArgumentTypes, 'warnings'>): CedarSchema {
  const common = new Map<string, Type<string>>()
  const without = { args: NO_ARGUMENTS, decimals: NO_ARGUMENTS }
  const actions = [...ACTIONS].map(([action, resources]) => {
    const context = contextType(action === 'call' ? call : without)
    const appliesTo = {
      principalTypes: ['User', 'Agent'],
      resourceTypes: [...resources],
      context: typeJson(withAnyBoolean(context), common),
    }
    return [action, { appliesTo }] as const
  })
  const target = { memberOfTypes: ['Server'], shape: typeJson(TARGET_TYPE, common) }
  return {
    '': {
      entityTypes: {
        ...PRINCIPALS,
        Server: {},
        [OPAQUE_TYPE]: {},
        Tool: target,
        Prompt: target,
        Resource: { memberOfTypes: ['Server'], shape: typeJson(RESOURCE_TYPE, common) },
      },
      actions: Object.fromEntries(actions),
      commonTypes: Object.fromEntries(common),
    },
  }
}

/** The smallest schema for calls with such a context: what nobody looks at need not be checked. */
export function callSchema(context: RecordType): CedarSchema {
  const common = new Map<string, Type<string>>()
  const appliesTo = {
    principalTypes: ['User', 'Agent'],
    resourceTypes: ['Tool'],
    context: typeJson(withAnyBoolean(context), common),
  }
  const target = { memberOfTypes: ['Server'], shape: typeJson(TARGET_TYPE, common) }
  return {
    '': {
      entityTypes: { ...PRINCIPALS, Server: {}, [OPAQUE_TYPE]: {}, Tool: target },
      actions: { call: { appliesTo } },
      commonTypes: Object.fromEntries(common),
    },
  }
}

function withAnyBoolean(context: RecordType): RecordType {
  const any = { type: { kind: 'boolean' }, required: true } as const
  return { ...context, members: new Map(context.members).set(ANY_BOOLEAN, any) }
}

function typeJson(type: ValueType, common: Map<string, Type<string>>): Type<string> {
  switch (type.kind) {
    case 'string':
      return { type: 'String' }
    case 'long':
      return { type: 'Long' }
    case 'boolean':
      return { type: 'Boolean' }
    case 'decimal':
      return { type: 'Extension', name: 'decimal' }
    case 'opaque':
      return { type: 'Entity', name: OPAQUE_TYPE }
    case 'set':
      return { type: 'Set', element: typeJson(type.element, common) }
    case 'record': {
      const attributes = [...type.members].map(
        ([name, { type: inner, required }]) =>
          [name, { ...typeJson(inner, common), required }] as const,
      )
      const json: Type<string> = { type: 'Record', attributes: Object.fromEntries(attributes) }
      const name = `T${sha256(canonicalJson(json as unknown as Json)).slice(0, 24)}`
      common.set(name, json)
      return { type: name }
    }
  }
}
