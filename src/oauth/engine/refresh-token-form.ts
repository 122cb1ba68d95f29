import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'

/** What a refresh token says: which family it is of, and the how manieth. */
export interface ReadRefreshToken {
  readonly family: string
  readonly generation: number
}

/** `family.generation.mac`: nobody but us makes one, and every old one is known for what it is. */
export interface RefreshTokenForm {
  write(token: ReadRefreshToken): string
  /** Undefined for what we did not write. */
  read(token: string): ReadRefreshToken | undefined
}

const FORM = /^([A-Za-z0-9_-]{16,128})\.(0|[1-9]\d{0,8})\.[A-Za-z0-9_-]{43}$/

/** @param bytes 32 of them. */
export function refreshTokenForm(bytes: Buffer): RefreshTokenForm {
  const key = createSecretKey(bytes)
  const write = ({ family, generation }: ReadRefreshToken) => {
    const said = `${family}.${generation}`
    return `${said}.${createHmac('sha256', key).update(said).digest('base64url')}`
  }
  return {
    write,
    read: (token) => {
      const [, family, digits] = FORM.exec(token) ?? []
      if (family === undefined || digits === undefined) return undefined
      const read = { family, generation: Number(digits) }
      const expected = Buffer.from(write(read))
      const given = Buffer.from(token)
      const same = expected.length === given.length && timingSafeEqual(expected, given)
      return same ? read : undefined
    },
  }
}
