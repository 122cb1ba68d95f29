import { unavailable } from './source.ts'

/**
 * One member of a value that is a JSON object; the value itself when no member is named.
 *
 * @throws GatewayError `credential_unavailable`, without the value.
 */
export function memberOf(value: string, field: string | undefined): string {
  if (field === undefined) return value
  const object = objectOf(value)
  const member = object !== undefined && Object.hasOwn(object, field) ? object[field] : undefined
  if (typeof member === 'string') return member
  if (typeof member === 'number' || typeof member === 'boolean') return String(member)
  throw unavailable(`refers to nothing: the secret is no JSON object with a text \`${field}\``)
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Readonly<Record<string, unknown>>
  } catch {
    // Its message would quote the value.
  }
  return undefined
}
