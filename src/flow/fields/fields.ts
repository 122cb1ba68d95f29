import type { Json } from '../../kernel/json.ts'
import type { Field } from './field.ts'

/** What the fields of a message hold, in the order in which they stand in it; linear in its size. */
export function fieldsOf(_message: Json): readonly Field[] {
  return []
}
