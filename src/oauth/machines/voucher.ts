import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import type { Principals } from '../../kernel/accounts.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { SubjectId } from '../../kernel/subject.ts'
import { OauthError } from '../engine/oauth-error.ts'
import { activeAgent } from './active-agent.ts'
import type { AgentAssertions } from './agent-assertions.ts'
import { CLIENT_CREDENTIALS, IDENTITY_ASSERTION, JWT_ASSERTION, JWT_BEARER } from './grant-types.ts'
import type { Guard } from './guard.ts'
import { JwtRefusal, peekJwt } from './verify-jwt.ts'
import type { WorkloadTokens } from './workload-tokens.ts'

/**
 * Translates a platform's word for an agent into an assertion of the agent's own kind, so that one way
 * of client authentication is left: once the platform's token was believed, this process vouches for it
 * with a key that never leaves its memory.
 */
export interface Voucher {
  /** The public key (RFC 7517) by which `vouch` signs. */
  readonly key: JsonObject
  /** @see AgentClients.vouch */
  vouch(form: URLSearchParams, from: string): Promise<URLSearchParams>
}

interface VoucherOptions {
  readonly issuer: string
  readonly principals: Principals
  readonly assertions: AgentAssertions
  readonly workloads: WorkloadTokens
  readonly guard: Guard
  readonly now: () => number
}

/** Seconds: the assertion is used at once, by this process. */
const LIFE = 30

export function makeVoucher({
  issuer,
  principals,
  assertions,
  workloads,
  guard,
  now,
}: VoucherOptions): Voucher {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const kid = `vouch-${randomUUID()}`

  async function assertion(agent: string): Promise<string> {
    const second = Math.floor(now() / 1_000)
    return new SignJWT({ iss: agent, sub: agent, aud: issuer, jti: randomUUID() })
      .setProtectedHeader({ alg: 'ES256', kid })
      .setIssuedAt(second)
      .setExpirationTime(second + LIFE)
      .sign(privateKey)
  }

  return {
    key: { ...(publicKey.export({ format: 'jwk' }) as JsonObject), alg: 'ES256', use: 'sig', kid },
    async vouch(form, from) {
      const proof = proofIn(form)
      if (proof === undefined) return form
      const { client, token, of, as } = proof
      // Other clients than agents prove who they are in the same way; theirs is for the library.
      if (of === 'agent' && (await principals.agent(client as SubjectId)) === undefined) return form
      const grantType = String(form.get('grant_type'))
      await guard({ client, proven: false, from, grantType }, async () => {
        const agent = await activeAgent(principals, client, now())
        if (agent === undefined) throw refusal(as, 'no agent that may act now')
        await (of === 'agent' ? assertions : workloads).check(agent, token).catch((error) => {
          throw error instanceof JwtRefusal ? refusal(as, error.message) : error
        })
      })
      if (of === 'agent') return form
      const made = new URLSearchParams(form)
      if (as === 'grant') {
        // A workload that asks for a token by its platform's word alone asks for itself.
        made.set('grant_type', CLIENT_CREDENTIALS)
        made.delete('assertion')
      }
      made.set('client_assertion_type', JWT_ASSERTION)
      made.set('client_assertion', await assertion(client))
      return made
    },
  }
}

function refusal(as: 'client' | 'grant', detail: string): OauthError {
  return as === 'client'
    ? new OauthError('invalid_client', 'client authentication failed', { status: 401, detail })
    : new OauthError('invalid_grant', 'the assertion is not accepted', { detail })
}

interface Proof {
  readonly client: string
  readonly token: string
  /** Whose word it is. */
  readonly of: 'agent' | 'platform'
  /** Where it stands: it authenticates the client, or is itself the grant. */
  readonly as: 'client' | 'grant'
}

/** The token in a form that says who an agent is; undefined when there is none that could be one. */
function proofIn(form: URLSearchParams): Proof | undefined {
  const authenticates = form.has('client_assertion') || form.has('client_assertion_type')
  return authenticates ? clientProof(form) : grantProof(form)
}

function clientProof(form: URLSearchParams): Proof | undefined {
  const token = only(form, 'client_assertion')
  if (token === undefined || only(form, 'client_assertion_type') !== JWT_ASSERTION) return undefined
  const { iss } = peekJwt(token)?.claims ?? {}
  const client = only(form, 'client_id') ?? iss
  if (typeof client !== 'string' || iss === undefined) return undefined
  return { client, token, of: iss === client ? 'agent' : 'platform', as: 'client' }
}

function grantProof(form: URLSearchParams): Proof | undefined {
  const token = only(form, 'assertion')
  const client = only(form, 'client_id')
  if (token === undefined || client === undefined) return undefined
  if (only(form, 'grant_type') !== JWT_BEARER || form.has('client_secret')) return undefined
  if (peekJwt(token)?.header['typ'] === IDENTITY_ASSERTION) return undefined
  return { client, token, of: 'platform', as: 'grant' }
}

function only(form: URLSearchParams, name: string): string | undefined {
  const [value, ...more] = form.getAll(name)
  return more.length === 0 && value !== '' ? value : undefined
}
