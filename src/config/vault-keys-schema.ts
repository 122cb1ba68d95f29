import { z } from 'zod'
import { path } from './fields.ts'
import {
  aws,
  azureLogin,
  googleLogin,
  hashicorp,
  keeperAddress,
  openingSecret,
} from './keeper-schema.ts'

const age = z.strictObject({
  kind: z.literal('age').describe('A file with age identities on this machine.'),
  file: path().optional().describe('The file; `vault.age` in the data directory by default.'),
  passphrase: openingSecret()
    .optional()
    .describe('What encrypts the file itself, as a reference; by default nothing does.'),
})

const keychain = z.strictObject({
  kind: z.literal('keychain').describe('The keychain of the account that runs the gateway.'),
  name: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/, { error: 'expected a name of `A-Z`, `a-z`, `0-9` and `._-`' })
    .default('bailiwick')
    .describe('What its entries are filed under.'),
})

const transit = z.strictObject({
  kind: z.literal('transit').describe('The transit engine of HashiCorp Vault, or OpenBao.'),
  ...hashicorp,
  mount: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}(?:\/[A-Za-z0-9_-]{1,64}){0,4}$/, {
      error: 'expected a mount path',
    })
    .default('transit')
    .describe('Where the engine is mounted.'),
  key: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,128}$/, { error: 'expected the name of a key' })
    .describe('The name of a key of type `aes256-gcm96` or `chacha20-poly1305`.'),
  derived: z.boolean().default(false).describe('Whether the key derives one per context.'),
})

const awsKms = z.strictObject({
  kind: z.literal('aws-kms').describe('AWS Key Management Service.'),
  ...aws,
  key: z
    .string()
    .regex(/^[A-Za-z0-9:/_-]{1,2048}$/, { error: 'expected the id, ARN or alias of a key' })
    .describe('Id, ARN or alias of a symmetric key.'),
})

const gcpKms = z.strictObject({
  kind: z.literal('gcp-kms').describe('Google Cloud Key Management Service.'),
  key: z
    .string()
    .regex(
      /^projects\/[\w.:-]{1,100}\/locations\/[\w-]{1,63}\/keyRings\/[\w-]{1,63}\/cryptoKeys\/[\w-]{1,63}$/,
      { error: 'expected `projects/…/locations/…/keyRings/…/cryptoKeys/…`' },
    )
    .describe('The full name of a symmetric key.'),
  endpoint: keeperAddress().optional().describe('Instead of its public address.'),
  login: googleLogin,
})

const azureKeyVault = z.strictObject({
  kind: z.literal('azure-key-vault').describe('Azure Key Vault.'),
  vault: keeperAddress().describe('Its address, such as `https://example.vault.azure.net`.'),
  key: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,127}$/, { error: 'expected the name of a key' })
    .describe('The name of an RSA key.'),
  login: azureLogin,
})

/** Who keeps the keys that seal the vault. */
export const vaultKeys = z
  .discriminatedUnion('kind', [age, keychain, transit, awsKms, gcpKms, azureKeyVault])
  .prefault({ kind: 'age' })
  .describe('Who keeps the keys that seal it.')
