import { z } from 'zod'
import { address, path, textOrSecret } from './fields.ts'
import { isLoopback } from './loopback.ts'

/** A secret that is needed before the vault is open: from a variable or a file, never in clear. */
export function openingSecret() {
  return textOrSecret().refine(
    (text) => text.kind === 'secret' && (text.provider === 'env' || text.provider === 'file'),
    { error: 'expected a reference: `secret://env/NAME` or `secret://file/PATH`' },
  )
}

/** The address of a keeper of keys or secrets: HTTPS, or this machine. */
export function keeperAddress() {
  return address().refine((text) => isPlainKeeper(text), {
    error: 'expected `https://` and a host, without secrets; plain HTTP only on this machine',
  })
}

function isPlainKeeper(text: string): boolean {
  const url = URL.parse(text)
  if (url === null || url.username !== '' || url.password !== '' || url.search !== '') return false
  return url.protocol === 'https:' || isLoopback(url.hostname.replace(/^\[|\]$/g, ''))
}

const mount = (usual: string) =>
  z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}(?:\/[A-Za-z0-9_-]{1,64}){0,4}$/, {
      error: 'expected a mount path',
    })
    .default(usual)
    .describe('Where it is mounted.')

/** Where HashiCorp Vault is, and how it knows us. */
export const hashicorp = {
  address: keeperAddress().describe('Its address, such as `https://vault.example.com:8200`.'),
  namespace: z
    .string()
    .regex(/^[A-Za-z0-9_./-]{1,256}$/, { error: 'expected the name of a namespace' })
    .optional()
    .describe('Its namespace, where there are several.'),
  login: z
    .discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('token').describe('A token.'),
        token: openingSecret().describe('The token, as a reference.'),
      }),
      z.strictObject({
        kind: z.literal('approle').describe('The AppRole method.'),
        mount: mount('approle'),
        roleId: openingSecret().describe('The role id, as a reference.'),
        secretId: openingSecret().describe('The secret id, as a reference.'),
      }),
      z.strictObject({
        kind: z.literal('kubernetes').describe('The account of the pod.'),
        mount: mount('kubernetes'),
        role: z.string().min(1).max(256).describe('The role to take.'),
        tokenFile: path()
          .default('/var/run/secrets/kubernetes.io/serviceaccount/token')
          .describe('The file with the token of the account.'),
      }),
    ])
    .describe('How it knows us.'),
}

/** How AWS knows us, and where. */
export const aws = {
  region: z
    .string()
    .regex(/^[a-z]{2}(?:-[a-z]{1,16}){1,3}-\d{1,2}$/, {
      error: 'expected a region: `eu-central-1`',
    })
    .describe('The region.'),
  endpoint: keeperAddress().optional().describe('Instead of the address of the region.'),
  credentials: z
    .strictObject({
      accessKeyId: openingSecret().describe('The id of the access key, as a reference.'),
      secretAccessKey: openingSecret().describe('The access key, as a reference.'),
      sessionToken: openingSecret().optional().describe('Of temporary credentials: their token.'),
    })
    .optional()
    .describe(
      'What requests are signed with; `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN` of the environment by default.',
    ),
}

/** How Google Cloud knows us. */
export const googleLogin = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('metadata').describe('The account of the machine.'),
    }),
    z.strictObject({
      kind: z.literal('service-account').describe('The key of a service account.'),
      key: openingSecret().describe('Its JSON file, as a reference.'),
    }),
  ])
  .prefault({ kind: 'metadata' })
  .describe('How it knows us.')

/** How Azure knows us. */
export const azureLogin = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('managed-identity').describe('The identity of the machine.'),
      client: z.string().min(1).max(128).optional().describe('Which, where it has several.'),
    }),
    z.strictObject({
      kind: z.literal('client-credentials').describe('An application of the directory.'),
      tenant: z
        .string()
        .regex(/^[A-Za-z0-9.-]{1,128}$/, { error: 'expected the id or domain of a directory' })
        .describe('The directory.'),
      client: z.string().min(1).max(128).describe('The id of the application.'),
      secret: openingSecret().describe('Its secret, as a reference.'),
      authority: keeperAddress().optional().describe('Instead of that of the public cloud.'),
    }),
  ])
  .prefault({ kind: 'managed-identity' })
  .describe('How it knows us.')
