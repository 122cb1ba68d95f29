import { cleanText, isVisible } from '../../kernel/visible-text.ts'

const MAX_NAME = 64

/** Why a name cannot be a client's; undefined when it can. At most 64 characters that can be seen. */
export function nameProblem(name: unknown): string | undefined {
  if (typeof name !== 'string') return 'client_name must be a string'
  if (name.length > MAX_NAME * 2 || [...name].length > MAX_NAME)
    return `client_name must have ${MAX_NAME} characters at most`
  if (!isVisible(name)) return 'client_name holds characters that are not shown'
  if (!/[\p{L}\p{N}]/u.test(name)) return 'client_name must hold a letter or a digit'
  return undefined
}

/** A name as people may see it: cleaned, at most 64 characters. May become empty. */
export function cleanName(name: unknown): string {
  return typeof name === 'string' ? cleanText(name, MAX_NAME) : ''
}
