import { isObject, type Json } from '../kernel/json.ts'
import { compileSchema } from './schema/compile.ts'
import { evaluate } from './schema/run.ts'
import { unsupported } from './schema/source.ts'
import type { Validator } from './validate-arguments.ts'

/**
 * Compiles a tool's `outputSchema`: the `structuredContent` of a complete, successful result must be
 * there and conform (2025-11-25, server/tools, "Output Schema"). Failures, and results that only ask
 * for more (2026-07-28, `resultType`), are let pass. A tool without a schema promises nothing.
 *
 * @throws GatewayError `definition_unsupported` when the schema cannot be evaluated.
 */
export function compileResult(outputSchema: Json | undefined): Validator {
  if (outputSchema === undefined) return { weight: 0, violations: () => [] }
  if (!isObject(outputSchema)) throw unsupported('has an output schema that is not an object')
  const { check, weight } = compileSchema(outputSchema)
  return {
    weight,
    violations: (result) => {
      const partial = (result['resultType'] ?? 'complete') !== 'complete'
      if (partial || result['isError'] === true) return []
      const content = result['structuredContent']
      if (content !== undefined) return evaluate(check, content)
      return [{ pointer: '', message: 'must have structured content' }]
    },
  }
}
