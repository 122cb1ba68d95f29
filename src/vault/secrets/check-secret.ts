import { GatewayError } from '../../kernel/errors.ts'
import type { NewSecret, SecretName } from '../../kernel/vault.ts'
import { MOST_BYTES } from '../sources/source.ts'

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
const OWNER = /^(?:shared|(?:user|agent):[^\s\0]{1,256})$/
const SERVER = /^[a-z0-9][a-z0-9-]{0,62}$/
const MOST_PURPOSE = 512
const MOST_SERVERS = 64
/** Ten years. */
const LONGEST = 3_650 * 24 * 60 * 60_000

/** @throws GatewayError `params_invalid`, which says nothing of the value. */
export function checkNew(secret: NewSecret, now: number): void {
  const { purpose, servers, expires, rotateAfter } = secret
  checkName(secret)
  checkSecretValue(secret.value)
  if (purpose.length > MOST_PURPOSE)
    throw invalid(`a purpose has at most ${MOST_PURPOSE} characters`)
  if (servers.length > MOST_SERVERS || !servers.every((server) => SERVER.test(server)))
    throw invalid(
      `a secret is for at most ${MOST_SERVERS} servers, each by its name in the configuration`,
    )
  checkExpires(expires, now)
  if (rotateAfter !== undefined && !within(rotateAfter, 1, LONGEST))
    throw invalid('a secret is due to be changed after at most ten years')
}

/** @throws GatewayError `params_invalid`. */
export function checkName({ name, owner }: SecretName): void {
  if (!NAME.test(name))
    throw invalid('a secret is named with letters, digits, `.`, `_` and `-`, at most 64 of them')
  if (!OWNER.test(owner)) throw invalid('a secret is shared, or of one user or agent')
}

/** @throws GatewayError `params_invalid`, which says nothing of the value. */
export function checkSecretValue(value: string): void {
  if (value === '' || Buffer.byteLength(value) > MOST_BYTES)
    throw invalid('a secret has 1 byte to 64 KiB')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
  if (/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(value) || !value.isWellFormed())
    throw invalid('a secret is text without control characters')
}

/** @throws GatewayError `params_invalid`. */
export function checkExpires(expires: number | undefined, now: number): void {
  if (expires !== undefined && !within(expires, now + 1, now + LONGEST))
    throw invalid('a secret expires in the future, within ten years')
}

/** @throws GatewayError `params_invalid`. */
export function checkOverlap(overlap: number): void {
  if (!within(overlap, 0, 30 * 24 * 60 * 60_000))
    throw invalid('two versions overlap for at most 30 days')
}

function within(value: number, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most
}

function invalid(message: string): GatewayError {
  return new GatewayError('params_invalid', message)
}
