/** Whether a text is one scope (RFC 6749 section 3.3), and so safe between quotes. */
export function allowedScope(scope: unknown): scope is string {
  return typeof scope === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope)
}

/** A quoted string (RFC 9110 section 5.6.4) of what can stand in one. */
export function quoted(text: string): string {
  return `"${text.replace(/[^\x20-\x7e]/gu, '').replace(/["\\]/g, '\\$&')}"`
}
