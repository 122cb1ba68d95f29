import { z } from 'zod'
import { address, path, textOrSecret } from './fields.ts'

/** Where the credentials come from with which other keepers are asked: never from one of them. */
const NEAR = ['env', 'file', 'keychain']

/** A secret of the gateway itself, which must be at hand before anything else is. */
export function nearSecret() {
  return textOrSecret().refine((text) => text.kind === 'secret' && NEAR.includes(text.provider), {
    error:
      'expected a reference to what is at hand: `secret://env/NAME`, `secret://file/PATH` or `secret://keychain/SERVICE/ACCOUNT`',
  })
}

const servers = z
  .array(z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, { error: 'expected the name of a server' }))
  .max(1_000)
  .optional()
  .describe('Servers that may be given secrets of it; any without.')

const name = (meaning: string) => z.string().min(1).max(256).describe(meaning)
const mount = (usual: string) =>
  z
    .string()
    .regex(/^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+){0,7}$/, {
      error: 'expected a path such as `approle`',
    })
    .default(usual)
    .describe('Where that login is mounted.')

const hashicorp = z
  .strictObject({
    address: address().describe('Its address, such as `https://vault.example.com:8200`.'),
    namespace: name('The namespace.').optional(),
    login: z
      .discriminatedUnion('kind', [
        z.strictObject({
          kind: z.literal('token').describe('With a token.'),
          token: nearSecret().describe('The token, as a reference.'),
        }),
        z.strictObject({
          kind: z.literal('approle').describe('With an AppRole.'),
          mount: mount('approle'),
          roleId: textOrSecret().describe('The id of the role.'),
          secretId: nearSecret().describe('Its secret id, as a reference.'),
        }),
        z.strictObject({
          kind: z.literal('kubernetes').describe('As the service account of the pod.'),
          mount: mount('kubernetes'),
          role: name('The role.'),
          tokenFile: path()
            .default('/var/run/secrets/kubernetes.io/serviceaccount/token')
            .describe('The file with the token of the account.'),
        }),
      ])
      .describe('How it knows the gateway.'),
    servers,
  })
  .describe(
    'HashiCorp Vault or OpenBao, key-value engine version 2: `secret://hashicorp/MOUNT/PATH#FIELD`.',
  )

const aws = z
  .strictObject({
    region: z
      .string()
      .regex(/^[a-z0-9-]{1,32}$/, { error: 'expected a region such as `eu-central-1`' })
      .describe('The region.'),
    endpoint: address().optional().describe('Instead of the region’s own address.'),
    accessKeyId: textOrSecret().describe('The id of the access key.'),
    secretAccessKey: nearSecret().describe('The access key, as a reference.'),
    sessionToken: nearSecret().optional().describe('Of temporary credentials, as a reference.'),
    servers,
  })
  .describe('AWS Secrets Manager: `secret://aws/NAME#FIELD`.')

const gcp = z
  .strictObject({
    project: name('The project of references that name none.').optional(),
    endpoint: address().optional().describe('Instead of its own address.'),
    login: z
      .discriminatedUnion('kind', [
        z.strictObject({
          kind: z.literal('service-account').describe('With the key of a service account.'),
          key: nearSecret().describe('The JSON file of the key, as a reference.'),
        }),
        z.strictObject({
          kind: z.literal('metadata').describe('As the account of the machine.'),
          address: address().optional().describe('Instead of its metadata server’s own address.'),
        }),
      ])
      .describe('How it knows the gateway.'),
    servers,
  })
  .describe('Google Cloud Secret Manager: `secret://gcp/PROJECT/NAME#FIELD`.')

const azure = z
  .strictObject({
    address: address().describe('The key vault, such as `https://NAME.vault.azure.net`.'),
    login: z
      .discriminatedUnion('kind', [
        z.strictObject({
          kind: z.literal('client-credentials').describe('As an application.'),
          tenant: name('The directory.'),
          client: name('The id of the application.'),
          secret: nearSecret().describe('Its secret, as a reference.'),
          authority: address().optional().describe('Instead of that of the public cloud.'),
        }),
        z.strictObject({
          kind: z.literal('managed-identity').describe('As the identity of the machine.'),
          client: name('The id of one of several identities.').optional(),
          address: address().optional().describe('Instead of its metadata server’s own address.'),
        }),
      ])
      .describe('How it knows the gateway.'),
    servers,
  })
  .describe('Azure Key Vault: `secret://azure/NAME#FIELD`.')

const onepassword = z
  .strictObject({
    address: address().describe('The Connect server, such as `http://localhost:8080`.'),
    token: nearSecret().describe('Its access token, as a reference.'),
    servers,
  })
  .describe('1Password Connect: `secret://onepassword/VAULT/ITEM#FIELD`.')

const atHand = (what: string) => z.strictObject({ servers }).optional().describe(what)

/** Others that keep secrets, by reference. */
export const secretSources = z
  .strictObject({
    env: atHand('Variables of the gateway’s environment: `secret://env/NAME`.'),
    file: atHand('Files: `secret://file/PATH`.'),
    keychain: atHand('The keychain of the system: `secret://keychain/SERVICE/ACCOUNT`.'),
    hashicorp: hashicorp.optional(),
    aws: aws.optional(),
    gcp: gcp.optional(),
    azure: azure.optional(),
    onepassword: onepassword.optional(),
  })
  .prefault({})
  .describe(
    'Others that keep secrets, for references such as `secret://hashicorp/MOUNT/PATH#FIELD`.',
  )

export type SecretSourcesSettings = z.output<typeof secretSources>
