import { compileArguments } from '../../catalog/validate-arguments.ts'
import { GatewayError } from '../../kernel/errors.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { escapeStep } from '../../kernel/json-pointer.ts'

/** Recorded arguments as they are sent. */
export interface Fitted {
  readonly args: JsonObject
  /** Members that were left out. */
  readonly dropped: number
}

/**
 * Makes the function that leaves out members that are `null` where the tool's schema refuses that: recorders
 * write `null` for what was not given. Nothing else is changed, whether it fits or not.
 */
export function argumentFitter(inputSchema: JsonObject): (args: JsonObject) => Fitted {
  const validator = validatorOf(inputSchema)
  return (recorded) => {
    let args = recorded
    let dropped = 0
    // A validator names only the first few violations, so each round may find more.
    for (;;) {
      const refused = new Set(validator?.violations(args).map(({ pointer }) => pointer))
      const fitting = Object.entries(args).filter(
        ([name, value]) => value !== null || !refused.has(`/${escapeStep(name)}`),
      )
      const left = Object.keys(args).length - fitting.length
      if (left === 0) return { args, dropped }
      args = Object.fromEntries(fitting)
      dropped += left
    }
  }
}

function validatorOf(inputSchema: JsonObject) {
  try {
    return compileArguments(inputSchema)
  } catch (error) {
    // The gateway refuses every call of such a tool, whatever is sent.
    if (error instanceof GatewayError && error.code === 'definition_unsupported') return undefined
    throw error
  }
}
