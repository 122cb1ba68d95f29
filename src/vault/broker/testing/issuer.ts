import { type Heard, type Host, type Said, startHost } from './host.ts'

/** An authorization server and the server that it protects, whose every word a test may choose. */
export interface Issuer extends Host {
  /** The protected server: `<origin>/mcp`. */
  readonly url: string
  /** What it says and does otherwise from now on. */
  odd: Oddity
  /** Tokens that were given, newest last. */
  readonly given: readonly { readonly access: string; readonly refresh: string | undefined }[]
}

export interface Oddity {
  /** Fields in place of the good ones; undefined takes one out. */
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly resource?: Readonly<Record<string, unknown>>
  /** Fields of what the token endpoint gives. */
  readonly tokens?: Readonly<Record<string, unknown>>
  /** Answers instead, by path. */
  readonly instead?: Readonly<Record<string, Said | ((heard: Heard) => Said | Promise<Said>)>>
}

/** Starts one that is good as long as nobody says otherwise. */
export async function startIssuer(odd: Oddity = {}): Promise<Issuer> {
  const given: { readonly access: string; readonly refresh: string | undefined }[] = []
  const state = { odd }
  const host = await startHost(async (heard, origin) => {
    const other = state.odd.instead?.[heard.path]
    if (other !== undefined) return typeof other === 'function' ? other(heard) : other
    return honest(state.odd, given, heard, origin)
  })
  return {
    ...host,
    url: `${host.origin}/mcp`,
    given,
    get odd() {
      return state.odd
    },
    set odd(next: Oddity) {
      state.odd = next
    },
  }
}

function honest(
  odd: Oddity,
  given: { readonly access: string; readonly refresh: string | undefined }[],
  heard: Heard,
  origin: string,
): Said | undefined {
  switch (heard.path) {
    case '/.well-known/oauth-protected-resource/mcp':
      return { json: { ...protectedBy(origin), ...odd.resource } }
    case '/.well-known/oauth-authorization-server':
      return { json: { ...metadataOf(origin), ...odd.metadata } }
    case '/register':
      return {
        status: 201,
        json: { client_id: `client-${heard.body.length}`, client_secret: 'a b+c' },
      }
    case '/revoke':
      return { status: 200 }
    case '/token': {
      const number = given.length + 1
      const tokens = {
        access_token: `access-${number}-${origin.slice(-5)}`,
        refresh_token: `refresh-${number}-${origin.slice(-5)}`,
        token_type: 'Bearer',
        expires_in: 3_600,
        ...odd.tokens,
      }
      given.push({ access: String(tokens.access_token), refresh: tokens.refresh_token })
      return { json: tokens }
    }
    default:
      return undefined
  }
}

function protectedBy(origin: string): object {
  return {
    resource: `${origin}/mcp`,
    authorization_servers: [origin],
    scopes_supported: ['read'],
  }
}

function metadataOf(origin: string): object {
  return {
    issuer: origin,
    authorization_endpoint: `${origin}/authorize`,
    token_endpoint: `${origin}/token`,
    registration_endpoint: `${origin}/register`,
    revocation_endpoint: `${origin}/revoke`,
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
    authorization_response_iss_parameter_supported: true,
  }
}
