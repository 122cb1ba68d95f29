import { readHandle } from './handle.ts'
import type { ListedRecipient } from './listed.ts'

/** One to four words of letters and digits: `ann`, `Oskar Feld`, `+49 151 234567`, `GB29 NWBK 6016`. */
const NAME =
  /^\+?[\p{L}\p{N}(][\p{L}\p{M}\p{N}()._'-]{0,63}(?: [\p{L}\p{M}\p{N}()._'-]{1,64}){0,5}$/u

/**
 * A recipient who is no address: a person or channel by name, a telephone number, an account. Whom it reaches
 * only the server knows, so there is no domain, and a guard does not let it pass unless it allows such.
 */
export function readBareName(text: string): ListedRecipient | undefined {
  const trimmed = text.trim()
  if (readHandle(trimmed)) return undefined
  return NAME.test(trimmed) ? { address: trimmed, domain: '', flags: ['name'] } : undefined
}
