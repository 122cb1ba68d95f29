import type { ToolView } from '../../../admin/servers/ports.ts'
import type { StatedClass } from '../../../catalog/class-book.ts'
import type { Override } from '../../../catalog/classify.ts'
import { contradictionsOf } from '../../../catalog/contradictions.ts'
import { claimsOf } from '../../../catalog/entry.ts'
import { rolesOf } from '../../../flow/roles/roles.ts'
import type { RoleHints } from '../../../kernel/flow.ts'
import { isObject, type Json } from '../../../kernel/json.ts'
import { escapeStep } from '../../../kernel/json-pointer.ts'
import { idOf } from '../../../policy/schema/definitions.ts'
import type { OfferedTool } from '../../catalog-port.ts'
import type { Hints } from '../../operator-words.ts'
import { visibleDefinition } from './visible-definition.ts'

/** A tool has few arguments; a list of more is no list that a person reads. */
const MOST_ARGUMENTS = 100

/**
 * A tool for those who judge it.
 *
 * @param written its classes in the configuration
 * @param hints what counts of what people say of its arguments and fields
 */
export function showTool(
  tool: OfferedTool,
  written: Override | undefined,
  stated: StatedClass | undefined,
  hints: Hints,
): ToolView {
  const { name, classification, definition, of } = tool
  const override = stated?.classes ?? written
  const digest = digestOf(tool)
  return {
    name,
    classification,
    classed: stated?.classes ? 'console' : written ? 'configuration' : 'inferred',
    ...(stated?.classes && { stated: { by: stated.by, at: stated.at } }),
    arguments: argumentsOf(definition['inputSchema'], hints.roles),
    fields: hints.fields,
    version: stated?.version ?? 0,
    ...(digest === undefined ? {} : { digest }),
    ...visibleDefinition(definition),
    contradictions: contradictionsOf(claimsOf(name, definition), override),
    ...(of === undefined ? {} : { of: idOf(of) }),
  }
}

function argumentsOf(schema: Json | undefined, roles: RoleHints): ToolView['arguments'] {
  const properties = isObject(schema) ? schema['properties'] : undefined
  const named = isObject(properties) ? Object.keys(properties).slice(0, MOST_ARGUMENTS) : []
  const plan = rolesOf(schema, roles)
  return [...new Set([...named, ...Object.keys(roles)])].map((name) => {
    const said = Object.hasOwn(roles, name) ? roles[name] : undefined
    const role = said ?? plan.roleAt(`/${escapeStep(name)}`, name)
    return { name, role, said: said !== undefined }
  })
}

function digestOf(tool: OfferedTool): string | undefined {
  try {
    return tool.digest()
  } catch {
    return undefined
  }
}
