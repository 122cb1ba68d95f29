import { z } from 'zod'
import { textOrSecret } from './fields.ts'

/** How the gateway proves who it is at an authorization server. */
export const CLIENT_METHODS = [
  'none',
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
] as const

const scopeNames = z
  .array(
    z
      .string()
      .regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/, { error: 'expected the name of a scope' }),
  )
  .max(64)

const oauthIssuer = z
  .string()
  .max(2_048)
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
    error: 'expected an issuer such as `https://login.example.com`',
  })

const client = z
  .strictObject({
    id: z.string().min(1).max(2_048).describe('The id that the authorization server gave.'),
    secret: textOrSecret().optional().describe('Its secret, as a reference.'),
    key: textOrSecret()
      .optional()
      .describe('Instead of a secret: a private key (PEM or JWK), as a reference.'),
    method: z
      .enum(CLIENT_METHODS)
      .optional()
      .describe('How it authenticates; by default what goes with a secret, a key, or neither.'),
  })
  .describe(
    'How the gateway was registered there. Without it, it introduces itself: by its metadata document, else by registration.',
  )

const identityProvider = z
  .strictObject({
    issuer: oauthIssuer.describe('Its issuer.'),
    tokenEndpoint: oauthIssuer
      .optional()
      .describe('Where it exchanges tokens; by its metadata otherwise.'),
    client: client.optional(),
  })
  .describe('Who vouches for people by an identity assertion (ID-JAG).')

/** How a remote server is shown who a request is for. */
export const authorization = z
  .strictObject({
    kind: z
      .enum([
        'authorization-code',
        'client-credentials',
        'token-exchange',
        'identity-assertion',
        'none',
      ])
      .default('authorization-code')
      .describe(
        'How tokens are had: a person connects once; the gateway for itself; by exchange of a token (RFC 8693); by an identity provider’s assertion; not at all.',
      ),
    holder: z
      .enum(['user', 'shared'])
      .default('user')
      .describe(
        'Whose they are: `user`, each subject its own; `shared`, one for all, which an owner connects. Nobody’s is ever used in another’s stead.',
      ),
    issuer: oauthIssuer
      .optional()
      .describe(
        'The only authorization server that counts; by default the one that the server names first.',
      ),
    scopes: scopeNames
      .optional()
      .describe('Scopes to ask for; by default what the server asks for.'),
    client: client.optional(),
    dpop: z
      .enum(['auto', 'required', 'off'])
      .default('auto')
      .describe('Tokens bound to a key of ours (RFC 9449): where it is offered, always, or never.'),
    subjectToken: textOrSecret()
      .optional()
      .describe(
        'What is exchanged: a reference, often to a secret of each user. By default a token of this gateway about the subject.',
      ),
    subjectTokenType: z.string().max(256).optional().describe('Its type (RFC 8693 section 3).'),
    audience: z
      .string()
      .min(1)
      .max(2_048)
      .optional()
      .describe('The audience to ask for in an exchange.'),
    identityProvider: identityProvider.optional(),
    allowWithoutPkce: z
      .boolean()
      .default(false)
      .describe(
        'Connects even where the authorization server does not say that it supports PKCE. Weak.',
      ),
  })
  .describe(
    'How the server is shown who a request is for. Without it: as soon as the server asks, each user connects.',
  )

export type AuthorizationSettings = z.output<typeof authorization>
