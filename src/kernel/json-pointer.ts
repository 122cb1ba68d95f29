/** A member's name as a step of a JSON Pointer (RFC 6901 §3). */
export function escapeStep(name: string): string {
  return /[~/]/.test(name) ? name.replaceAll('~', '~0').replaceAll('/', '~1') : name
}

/** The name behind a step of a JSON Pointer (RFC 6901 §4). */
export function unescapeStep(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~')
}
