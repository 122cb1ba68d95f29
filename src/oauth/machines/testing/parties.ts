import { randomUUID } from 'node:crypto'
import type { JsonObject } from '../../../kernel/json.ts'
import type { SubjectId } from '../../../kernel/subject.ts'
import type { Engine } from '../../../store/migrations.ts'
import { freshStore } from '../../../store/testing/fresh-store.ts'
import type { IssuedToken } from '../../parts.ts'
import { newKey, sign, type TestKey } from './keys.ts'
import { type Answer, openScene, type Scene } from './scene.ts'
import { newAgent, newUser } from './world.ts'

export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
export const ACCESS = 'urn:ietf:params:oauth:token-type:access_token'
export const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
export const POD = 'system:serviceaccount:prod:pod'
export const SECRET = 'a secret of the client desk'
const IDP = 'https://login.corp.example'
const CLUSTER = 'https://cluster.example'

const idp = newKey('RS256')
export const platform = newKey('RS256')
/** Keys of the agent `bot`. */
export const key = newKey()
export const nextKey = newKey('EdDSA')

type Form = Readonly<Record<string, string>>

/** The scene with those who act in it: agents, a cluster, a corporate provider, clients and people. */
export interface Parties {
  readonly scene: Scene
  /** Puts agents and people in their first state, at a new address. */
  reset(): void
  /** Client authentication of `bot`. */
  proof(claims?: JsonObject, signer?: TestKey, header?: JsonObject): Promise<Form>
  /** What the cluster says of the pod. */
  word(claims?: JsonObject, signer?: TestKey): Promise<string>
  /** An identity assertion of the corporate provider, for the client. */
  assertion(client: string, claims?: JsonObject): Promise<string>
  credentials(): Form
  /** A token of a user, with the grant that a login would have made. */
  userToken(scopes?: readonly string[], thumbprint?: string): Promise<IssuedToken>
  /** `bot` exchanges a token. */
  exchange(token: string, more?: Form): Promise<Answer>
  close(): Promise<void>
}

export async function openParties(engine: Engine): Promise<Parties> {
  const fresh = await freshStore(engine)
  const corp = { provider: 'corp', issuer: IDP, jwksUri: `${IDP}/keys`, create: false }
  const scene = await openScene(fresh.store, {
    assertionIssuers: [{ ...corp, algorithms: ['RS256'] }],
  })
  const { origin, mcp } = scene
  publish(scene)
  const lives = (life: number) => {
    const second = Math.floor(Date.now() / 1_000)
    return { jti: randomUUID(), iat: second, exp: second + life }
  }
  const proof: Parties['proof'] = async (claims = {}, signer = key, header = {}) => ({
    client_assertion_type: ASSERTION,
    client_assertion: await sign(
      signer,
      { iss: 'bot', sub: 'bot', aud: origin, ...lives(60), ...claims },
      header,
    ),
  })
  let resets = 0
  return {
    scene,
    proof,
    reset: () => {
      resets += 1
      scene.state.from = `192.0.2.${resets}`
      reset(scene)
    },
    word: (claims = {}, signer = platform) =>
      sign(signer, { iss: CLUSTER, sub: POD, aud: [origin], ...lives(3_600), ...claims }),
    assertion: (client, claims = {}) =>
      sign(
        idp,
        {
          ...{ iss: IDP, sub: '00u1', aud: origin, resource: mcp, client_id: client },
          ...lives(300),
          ...claims,
        },
        { typ: 'oauth-id-jag+jwt' },
      ),
    credentials: () => ({ grant_type: 'client_credentials', resource: mcp, scope: 'read' }),
    userToken: (scopes = ['write'], thumbprint) =>
      scene.server.issuer.issue({
        kind: 'user',
        subject: 'alice' as SubjectId,
        client: 'desk',
        resource: mcp,
        scopes,
        actors: [],
        via: 'login',
        methods: ['pwd'],
        thumbprint,
      }),
    exchange: async (token, more = {}) =>
      scene.post({
        ...(await proof()),
        grant_type: TOKEN_EXCHANGE,
        subject_token: token,
        subject_token_type: ACCESS,
        resource: `${mcp}/docs`,
        scope: 'read',
        ...more,
      }),
    close: async () => {
      await scene.close()
      await fresh.remove()
    },
  }
}

function publish({ origin, documents, clients }: Scene): void {
  documents.set(`${IDP}/keys`, { keys: [idp.jwk] })
  documents.set(`${CLUSTER}/keys`, { keys: [platform.jwk] })
  documents.set(`${CLUSTER}/.well-known/openid-configuration`, {
    issuer: CLUSTER,
    jwks_uri: `${CLUSTER}/keys`,
  })
  const common = {
    redirect_uris: [`${origin}/cb`],
    response_types: ['code'],
    grant_types: ['authorization_code', JWT_BEARER, TOKEN_EXCHANGE, 'client_credentials'],
  }
  clients.set('desk', {
    ...common,
    client_id: 'desk',
    client_secret: SECRET,
    token_endpoint_auth_method: 'client_secret_basic',
  })
  clients.set('open', {
    ...common,
    client_id: 'open',
    application_type: 'native',
    token_endpoint_auth_method: 'none',
  })
}

function reset({ users, agents, origin }: Scene): void {
  users.set('alice', newUser('alice'))
  users.set('corp|00u1', newUser('corp|00u1', { provider: 'corp' }))
  agents.set('bot', newAgent('bot', { keys: [key.jwk, nextKey.jwk] }))
  agents.set(
    'pod',
    newAgent('pod', { workloads: [{ issuer: CLUSTER, subject: POD, audience: origin }] }),
  )
}
