import { GatewayError } from '../../../kernel/errors.ts'

/** The `GatewayError` that `run` throws, as `code: message`; `accepted` when it throws nothing. */
export function failureOf(run: () => unknown): string {
  try {
    run()
  } catch (thrown) {
    if (thrown instanceof GatewayError) return `${thrown.code}: ${thrown.message}`
    throw thrown
  }
  return 'accepted'
}

/** The code alone. */
export function codeOf(run: () => unknown): string {
  return failureOf(run).replace(/:.*/s, '')
}
