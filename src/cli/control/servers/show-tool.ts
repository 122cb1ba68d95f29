import type { ToolView } from '../../../admin/servers/ports.ts'
import type { StatedClass } from '../../../catalog/class-book.ts'
import type { Override } from '../../../catalog/classify.ts'
import { contradictionsOf } from '../../../catalog/contradictions.ts'
import { claimsOf } from '../../../catalog/entry.ts'
import { idOf } from '../../../policy/schema/definitions.ts'
import type { OfferedTool } from '../../catalog-port.ts'
import { visibleDefinition } from './visible-definition.ts'

/** A tool for those who judge it. @param written its classes in the configuration. */
export function showTool(
  tool: OfferedTool,
  written: Override | undefined,
  stated: StatedClass | undefined,
): ToolView {
  const { name, classification, definition, of } = tool
  const override = stated?.classes ?? written
  const digest = digestOf(tool)
  return {
    name,
    classification,
    classed: stated?.classes ? 'console' : written ? 'configuration' : 'inferred',
    ...(stated?.classes && { stated: { by: stated.by, at: stated.at } }),
    version: stated?.version ?? 0,
    ...(digest === undefined ? {} : { digest }),
    ...visibleDefinition(definition),
    contradictions: contradictionsOf(claimsOf(name, definition), override),
    ...(of === undefined ? {} : { of: idOf(of) }),
  }
}

function digestOf(tool: OfferedTool): string | undefined {
  try {
    return tool.digest()
  } catch {
    return undefined
  }
}
