/** Any JSON value (RFC 8259). */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject

/** A JSON object. Values may be `undefined` only where a member is absent. */
export type JsonObject = { readonly [key: string]: Json | undefined }

/** True for a JSON object: not null, not an array, not a scalar. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
