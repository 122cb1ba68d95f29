import { GatewayError } from '../../kernel/errors.ts'
import type { SecretReference } from '../../kernel/secret-reference.ts'

/** Bytes of the largest secret. */
export const MOST_BYTES = 65_536

/** Somebody who keeps secrets. */
export interface SecretSource {
  /**
   * Reads what a reference names, anew.
   *
   * @throws GatewayError `credential_unavailable`: what is wrong and what to do, said of the reference
   *   (`refers to nothing: …`), never with a value.
   */
  read(reference: SecretReference, signal: AbortSignal): Promise<string>
}

/** What is wrong with what a reference names. Its message goes on after the reference. */
export class ReferenceProblem extends GatewayError {}

/** A reference that gives nothing: `refers to nothing: …`. */
export function unavailable(problem: string, cause?: unknown): ReferenceProblem {
  return new ReferenceProblem('credential_unavailable', problem, { cause })
}

/**
 * The value as it is used.
 *
 * @throws GatewayError `credential_unavailable` for one that is empty, too long, or no text.
 */
export function checkValue(value: string): string {
  if (value === '') throw unavailable('refers to nothing: it is empty')
  if (Buffer.byteLength(value) > MOST_BYTES)
    throw unavailable('is too long: a secret has at most 64 KiB')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
  if (/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(value) || !value.isWellFormed())
    throw unavailable('holds control characters: a secret is text')
  return value
}
