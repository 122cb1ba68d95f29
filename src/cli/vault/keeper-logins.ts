import { resolve } from 'node:path'
import type { Config } from '../../config/config.ts'
import type { ConfigText } from '../../kernel/secret-reference.ts'
import type { AwsCredentials } from '../../vault/logins/aws.ts'
import { AZURE_METADATA, type AzureLogin } from '../../vault/logins/azure.ts'
import type { SecretText } from '../../vault/logins/call-json.ts'
import { GOOGLE_METADATA, type GoogleLogin } from '../../vault/logins/google.ts'
import type { HashicorpPlace } from '../../vault/logins/hashicorp.ts'
import { refused } from '../../vault/logins/refused.ts'

type Keys = Config['vault']['keys']
type Of<Kind extends Keys['kind']> = Extract<Keys, { readonly kind: Kind }>
/** Reads a secret of the configuration. */
type Text = (of: ConfigText) => SecretText

/** @param folder what the path of a token's file counts from. */
export function hashicorpOf(
  { address, namespace, login }: Pick<Of<'transit'>, 'address' | 'namespace' | 'login'>,
  folder: string,
  text: Text,
): HashicorpPlace {
  const place = { address, ...(namespace !== undefined && { namespace }) }
  if (login.kind === 'token') return { ...place, login: { ...login, token: text(login.token) } }
  if (login.kind === 'kubernetes')
    return { ...place, login: { ...login, tokenFile: resolve(folder, login.tokenFile) } }
  const ids = { roleId: text(login.roleId), secretId: text(login.secretId) }
  return { ...place, login: { ...login, ...ids } }
}

/** Without any in the configuration: those of the environment, by the names that AWS gave them. */
export function awsCredentialsOf(
  credentials: Of<'aws-kms'>['credentials'],
  env: Readonly<Record<string, string | undefined>>,
  text: Text,
): AwsCredentials {
  if (credentials !== undefined) {
    const { accessKeyId, secretAccessKey, sessionToken } = credentials
    const keys = { accessKeyId: text(accessKeyId), secretAccessKey: text(secretAccessKey) }
    return { ...keys, ...(sessionToken !== undefined && { sessionToken: text(sessionToken) }) }
  }
  const { AWS_SESSION_TOKEN: session } = env
  const named = (name: string) => async () => {
    const value = env[name]
    if (value === undefined || value === '') throw refused(`the variable \`${name}\` is not set`)
    return value
  }
  return {
    accessKeyId: named('AWS_ACCESS_KEY_ID'),
    secretAccessKey: named('AWS_SECRET_ACCESS_KEY'),
    ...(session !== undefined && session !== '' && { sessionToken: async () => session }),
  }
}

export function googleLoginOf(login: Of<'gcp-kms'>['login'], text: Text): GoogleLogin {
  if (login.kind === 'metadata') return { kind: 'metadata', address: GOOGLE_METADATA }
  return { kind: 'service-account', key: text(login.key) }
}

export function azureLoginOf(login: Of<'azure-key-vault'>['login'], text: Text): AzureLogin {
  if (login.kind === 'client-credentials') {
    const { kind, tenant, client, secret, authority } = login
    const place = { tenant, client, ...(authority !== undefined && { authority }) }
    return { kind, ...place, secret: text(secret) }
  }
  const { client } = login
  const which = client === undefined ? {} : { client }
  return { kind: 'managed-identity', address: AZURE_METADATA, ...which }
}
