import { isLoopback } from './loopback.ts'

/** What the public address depends on. */
interface Listening {
  readonly publicUrl?: string | undefined
  readonly host: string
  readonly tls?: unknown
  readonly behindProxy: boolean
  readonly allowedHosts: readonly string[]
}

/**
 * The origin under which the gateway is known: the issuer of tokens, and the prefix of what they are
 * for. On one machine it is `localhost`, since passkeys belong to names and never to addresses.
 *
 * @param port that the listener got.
 */
export function publicOrigin(listen: Listening, port: number): string {
  if (listen.publicUrl !== undefined) return new URL(listen.publicUrl).origin
  const scheme = listen.tls !== undefined || listen.behindProxy ? 'https' : 'http'
  const [first] = listen.allowedHosts
  if (first !== undefined) return new URL(`${scheme}://${first}`).origin
  const host = isLoopback(listen.host) ? 'localhost' : listen.host
  return new URL(`${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`).origin
}
