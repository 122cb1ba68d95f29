import type { IncomingMessage } from 'node:http'
import type { JsonObject } from '../../kernel/json.ts'
import type { ClientTrust } from '../../kernel/subject.ts'
import type { ClientMetadata, ClientView, IssuedToken, Issuer } from '../parts.ts'

/** Where clients come from: registered ones, metadata documents, dynamic registration. */
export interface ClientSource {
  /**
   * Metadata (RFC 7591 section 2) of a registered or dynamic client; undefined for one that is
   * unknown, disabled or expired. Not asked for clients that metadata documents name.
   */
  find(id: string): Promise<ClientMetadata | undefined>
  /** How a client of this id came to be known. Decided by the id alone: ids of the kinds never mix. */
  trust(id: string): ClientTrust
  /**
   * Whether errors may be sent to the client's redirect address before a person has agreed to
   * anything (RFC 9700 section 4.11.2).
   */
  vetted(id: string, metadata: ClientMetadata): boolean
  /** The client as people see it. */
  view(id: string, metadata: ClientMetadata): ClientView
  /**
   * The most that the client may be granted, by what the operator registered; undefined for what is
   * not bounded. Known after `find`.
   */
  ceiling(id: string): ClientCeiling
  /** Whether the client may ask about tokens (RFC 7662), being a resource server. */
  mayIntrospect(id: string, metadata: ClientMetadata): boolean
  /** Notes that tokens were issued to the client; never rejects, at most one write a minute each. */
  used(id: string): void
  /** Dynamic registration (RFC 7591); absent when it is off. */
  readonly registration?: ClientRegistration
  /** Clients named by metadata documents; absent when they are off. */
  readonly documents?: ClientDocuments
}

/** Bounds of a registered client; `undefined` bounds nothing. */
export interface ClientCeiling {
  /** Canonical addresses. */
  readonly resources: readonly string[] | undefined
  readonly scopes: readonly string[] | undefined
}

/**
 * Dynamic registration. The engine speaks HTTP: it reads one JSON object, answers 201 with what
 * `register` returns, and publishes the `registration_endpoint`. Nothing of it is the library's.
 */
export interface ClientRegistration {
  /**
   * Before the body is read: the rate.
   *
   * @throws OauthError with status 429 and `retryAfter`.
   */
  admit(request: IncomingMessage): void
  /**
   * Checks the metadata, counts it against the quotas and keeps it, in one step. Witnessed before.
   *
   * @returns what the client is told (RFC 7591 section 3.2.1); `find` returns the same.
   * @throws OauthError `invalid_client_metadata`, `invalid_redirect_uri`; 429 when a quota is used up.
   */
  register(request: IncomingMessage, metadata: JsonObject): Promise<ClientMetadata>
}

/** Clients named by documents (draft-ietf-oauth-client-id-metadata-document). */
export interface ClientDocuments {
  /** Whether the document may be fetched at all: form of the address, trust, rate. */
  allowFetch(request: IncomingMessage | undefined, id: string): Promise<boolean>
  /** Whether a client with this document may be used. */
  allowClient(id: string, metadata: ClientMetadata): Promise<boolean>
  /** Stands in for `fetch`: for documents and for `jwks_uri`, and nothing else is ever fetched. */
  fetch(url: string): Promise<Response>
  /** Seconds. */
  readonly cacheDuration: { readonly min: number; readonly max: number }
}

/** Clients that are agents: they prove a key and never redirect. */
export interface AgentClients {
  /** Metadata with `jwks` and `grant_types`; undefined for what is not an active agent. */
  find(id: string): Promise<ClientMetadata | undefined>
  /**
   * The form of a token request as the library can read it: another platform's word for an agent (RFC
   * 7523, workload identity federation) is replaced by an assertion that a key of `find` verifies. Any
   * other form comes back as it was. Asked before the client is authenticated: what speaks against an
   * agent's own assertion is found and witnessed here, too.
   *
   * @param from address of the client, for throttling.
   * @throws OauthError `invalid_client`, `invalid_grant`, `temporarily_unavailable`.
   */
  vouch?(form: URLSearchParams, from: string): Promise<URLSearchParams>
}

/** A grant type of the token endpoint that needs no browser. */
export interface MachineGrant {
  /** Value of `grant_type`. */
  readonly grantType: string
  /** Names of the parameters that it reads, besides `resource` and those of client authentication. */
  readonly parameters: readonly string[]
  /** Those that may come more than once. */
  readonly duplicates?: readonly string[]
  /** @throws OauthError for every refusal, which it has witnessed. */
  handle(request: MachineRequest, issuer: Issuer): Promise<MachineAnswer>
}

/** A request at the token endpoint whose client has proved who it is. */
export interface MachineRequest {
  readonly client: {
    readonly id: string
    readonly metadata: ClientMetadata
    /** `none` for public clients. */
    readonly method: string
  }
  readonly parameters: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Thumbprint of the key of a valid, fresh DPoP proof (RFC 9449), if one came. */
  readonly thumbprint: string | undefined
  /** Address of the client, for records and throttling. */
  readonly from: string
}

export interface MachineAnswer {
  readonly issued: IssuedToken
  readonly scopes: readonly string[]
  /** `issued_token_type` (RFC 8693 section 2.2.1). */
  readonly tokenType?: string
}
