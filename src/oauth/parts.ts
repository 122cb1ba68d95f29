import type { IncomingMessage, ServerResponse } from 'node:http'
import type { JsonObject } from '../kernel/json.ts'
import type { ClientTrust, EstablishedBy, SubjectId } from '../kernel/subject.ts'

/** Answers one request; total: a failure is an answer too. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

/** Handlers by exact path; undefined for a path that is not served. */
export type Routes = (path: string) => Handler | undefined

/** Something that did not come about, told by another part in its own words. */
export interface Notice {
  readonly status: number
  readonly title: string
  /** What happened and what to do: words of ours. */
  readonly text: string
  /** What somebody else says of it; shown as their words. */
  readonly claim?: string
  /** Path of ours to go on from. */
  readonly back?: string
  /** Milliseconds until another attempt may be made. */
  readonly retryAfter?: number
}

/** A tool as consent speaks of it. Names are the catalog's; nothing here is a server's own words. */
export interface ScopedTool {
  readonly server: string
  readonly name: string
  /** The scope that allows this tool alone. */
  readonly scope: string
  readonly level: 'read' | 'write' | 'execute'
}

/** What can be asked for. */
export interface Resource {
  /** The canonical address that tokens name as their audience (RFC 8707). */
  readonly url: string
  /** The same resource under the other names of this machine. */
  readonly aliases: readonly string[]
  /** `/mcp`, `/mcp/{server}` or `/admin`. */
  readonly path: string
  readonly tools: readonly ScopedTool[]
}

/** The resources that this authorization server issues tokens for. */
export interface Resources {
  /** By its canonical address or an alias, exactly; undefined for any other address. */
  find(url: string): Resource | undefined
  /** For clients that name none. */
  readonly fallback: string
}

/** A client as people and policies see it. */
export interface ClientView {
  readonly id: string
  /** What it calls itself, cleaned; a claim, unless `trust` is `registered`. */
  readonly name: string
  readonly trust: ClientTrust
  /** The host that vouches for it: of its metadata document, or of its redirect address. */
  readonly host: string | undefined
  /** Digest of all its metadata: a client that changes is asked about again. */
  readonly digest: string
}

/** A person's answer that an authorization request waits for. */
export interface Interaction {
  readonly uid: string
  readonly prompt: 'login' | 'consent'
  readonly client: ClientView
  /** Exact redirect address of the request. */
  readonly redirect: string
  readonly resource: Resource
  /** All scopes asked for. */
  readonly scopes: readonly string[]
  /** Those that the person has consented to before, for this client, redirect and resource. */
  readonly known: readonly string[]
  /** Who is logged in; undefined at `login`. */
  readonly user: SubjectId | undefined
  /** `login_hint` of the request, cleaned. */
  readonly hint: string | undefined
}

/** Who is logged in with a browser. */
export interface BrowserSession {
  readonly user: SubjectId
  /** How they logged in (RFC 8176). */
  readonly methods: readonly string[]
  /** Names the session, and opens nothing. */
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly expires: number
}

/** The engine's side of login and consent. Bound to the browser's cookie and to one request. */
export interface Interactions {
  /** @throws GatewayError `interaction_unknown` for one that is over or another browser's. */
  find(request: IncomingMessage, response: ServerResponse): Promise<Interaction>
  /** Ends with the login of a person; the browser goes on. A session of another user is replaced. */
  login(
    request: IncomingMessage,
    response: ServerResponse,
    login: { readonly user: SubjectId; readonly methods: readonly string[] },
  ): Promise<void>
  /** Ends with consent to some or all of the scopes. Makes a new grant. */
  consent(
    request: IncomingMessage,
    response: ServerResponse,
    answer: { readonly scopes: readonly string[]; readonly remember: boolean },
  ): Promise<void>
  /** Ends with `access_denied`. */
  decline(request: IncomingMessage, response: ServerResponse): Promise<void>
  /** The person logged in with this browser, outside any interaction; undefined for nobody. */
  session(request: IncomingMessage, response: ServerResponse): Promise<BrowserSession | undefined>
  /**
   * Begins a session outside any interaction (after set-up, at the account page), under a new id; one
   * of another user is ended. Sets cookies and nothing else: the caller answers.
   */
  signIn(
    request: IncomingMessage,
    response: ServerResponse,
    login: { readonly user: SubjectId; readonly methods: readonly string[] },
  ): Promise<void>
  /** Ends the browser's session and every interaction of it. Sets cookies; the caller answers. */
  logout(request: IncomingMessage, response: ServerResponse): Promise<void>
}

/** What a token is about. */
export interface TokenRequest {
  readonly kind: 'user' | 'agent'
  readonly subject: SubjectId
  readonly client: string
  /** Canonical address. */
  readonly resource: string
  readonly scopes: readonly string[]
  /** Outermost first. */
  readonly actors: readonly SubjectId[]
  readonly via: EstablishedBy
  /** RFC 8176. */
  readonly methods: readonly string[]
  /** Thumbprint of the key that the token is bound to (RFC 9449 section 6.1). */
  readonly thumbprint?: string | undefined
  /** Milliseconds; never longer than the server's own. */
  readonly lifetime?: number
  /** The grant that it continues; without it a new one is made. */
  readonly grant?: string
}

export interface IssuedToken {
  readonly token: string
  readonly grant: string
  readonly expires: number
}

/** Signs access tokens and remembers what they are about. Witnessed before the token exists. */
export interface Issuer {
  issue(request: TokenRequest): Promise<IssuedToken>
}

/** A client's metadata as oidc-provider reads it (RFC 7591 section 2). */
export type ClientMetadata = JsonObject
