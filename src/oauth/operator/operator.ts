import type { IncomingMessage, ServerResponse } from 'node:http'
import { importJWK, type JWK, jwtVerify } from 'jose'
import type { Witness } from '../../kernel/event.ts'
import type { Once } from '../../kernel/once.ts'
import type { Clock, RandomId } from '../../kernel/ports.ts'
import type { SubjectId } from '../../kernel/subject.ts'
import { OauthError } from '../engine/oauth-error.ts'
import type { Handler, IssuedToken, Issuer, TokenRequest } from '../parts.ts'

/** Where the operator's own programs ask for tokens. */
export const OPERATOR_PATH = '/oauth/operator'
/** The client that they are. */
export const OPERATOR_CLIENT = 'bailiwick-cli'
/** Marks the operator's word, so that no other signed text can pass for it (RFC 8725 section 3.11). */
export const OPERATOR_TYPE = 'bailiwick-operator+jwt'

/** Milliseconds. */
const LONGEST_WORD = 60_000
const LONGEST_TOKEN = 60 * 60_000
const MOST_BYTES = 16_384
const SUBJECT = /^(user|agent):([^\p{C}]{1,256})$/u

export interface OperatorOptions {
  /** Public half of the key that only who runs this machine can read. */
  readonly key: JWK
  /** The issuer, which the word must be addressed to. */
  readonly publicOrigin: string
  readonly issuer: Issuer
  readonly once: Once
  readonly witness: Witness
  readonly clock: Clock
  readonly randomId: RandomId
  /** For failures that are not the operator's fault. */
  readonly log: (line: string) => void
}

/**
 * Lets whoever holds the operator's key have a token for any subject: they hold the database and its
 * keys as well, and so could make one anyway; here it is witnessed, short-lived and revocable. One
 * signed word (RFC 7523 section 3) of a minute at the most buys one token.
 */
export async function operatorRoute(options: OperatorOptions): Promise<Handler> {
  const key = await importJWK(options.key, 'ES256')
  return async (request, response) => {
    try {
      const word = await read(request)
      const asked = await requestOf(options, key, word)
      answer(response, 200, await granted(options, asked))
    } catch (thrown) {
      await refuse(options, response, thrown)
    }
  }
}

type Key = Awaited<ReturnType<typeof importJWK>>

async function granted({ issuer, clock }: OperatorOptions, asked: TokenRequest): Promise<object> {
  const issued: IssuedToken = await issuer.issue(asked)
  return {
    access_token: issued.token,
    token_type: 'Bearer',
    expires_in: Math.floor((issued.expires - clock()) / 1_000),
    scope: asked.scopes.join(' '),
    grant: issued.grant,
  }
}

async function requestOf(options: OperatorOptions, key: Key, word: string): Promise<TokenRequest> {
  const { publicOrigin, clock, once } = options
  const { payload } = await jwtVerify(word, key, {
    algorithms: ['ES256'],
    typ: OPERATOR_TYPE,
    audience: publicOrigin,
    requiredClaims: ['jti', 'iat', 'exp', 'sub', 'resource', 'scope'],
    maxTokenAge: LONGEST_WORD / 1_000,
    currentDate: new Date(clock()),
  }).catch((cause: unknown) => {
    throw new OauthError('invalid_grant', 'this is not the word of the operator', { cause })
  })
  const { sub, jti, exp, resource, scope, lifetime } = payload
  const [, kind, id] = SUBJECT.exec(String(sub)) ?? []
  if (id === undefined || typeof resource !== 'string' || typeof scope !== 'string')
    throw new OauthError('invalid_request', 'the word says nothing that can be granted')
  if (!(await once.first(`operator:${jti}`, Number(exp) * 1_000)))
    throw new OauthError('invalid_grant', 'this word was given before')
  const wanted = typeof lifetime === 'number' && lifetime > 0 ? lifetime : undefined
  return {
    kind: kind === 'agent' ? 'agent' : 'user',
    subject: id as SubjectId,
    client: OPERATOR_CLIENT,
    resource,
    scopes: scope.split(' ').filter((one) => one !== ''),
    actors: [],
    via: 'operator',
    methods: [],
    ...(wanted === undefined ? {} : { lifetime: Math.min(wanted, LONGEST_TOKEN) }),
  }
}

async function read(request: IncomingMessage): Promise<string> {
  if (request.method !== 'POST')
    throw new OauthError('invalid_request', 'this path takes POST', { status: 405 })
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > MOST_BYTES)
      throw new OauthError('invalid_request', 'the body is too large', { status: 413 })
    parts.push(part)
  }
  return Buffer.concat(parts).toString('latin1')
}

async function refuse(
  { witness, randomId, log }: OperatorOptions,
  response: ServerResponse,
  thrown: unknown,
): Promise<void> {
  const id = randomId()
  const known = thrown instanceof OauthError
  if (!known) log(`oauth: the operator's word failed (request ${id}): ${String(thrown)}`)
  const { code, status, message } = known
    ? thrown
    : { code: 'server_error', status: 500, message: 'internal error' }
  if (code === 'invalid_grant')
    await witness({
      event: 'token.refused',
      outcome: 'refused',
      client: OPERATOR_CLIENT,
      detail: { code, message },
    }).catch(() => {})
  answer(response, status, { error: code, error_description: message, id })
}

function answer(response: ServerResponse, status: number, body: object): void {
  if (response.headersSent) return
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}
