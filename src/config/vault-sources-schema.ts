import { z } from 'zod'
import {
  aws,
  azureLogin,
  googleLogin,
  hashicorp,
  keeperAddress,
  openingSecret,
} from './keeper-schema.ts'

const servers = z
  .array(z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, { error: 'expected the name of a server' }))
  .max(1_000)
  .optional()
  .describe('Servers that may be given secrets of it; any without.')

const atHand = (what: string) => z.strictObject({ servers }).optional().describe(what)

/** Others that keep secrets, by reference. */
export const secretSources = z
  .strictObject({
    env: atHand('Variables of the gateway’s environment: `secret://env/NAME`.'),
    file: atHand('Files: `secret://file/PATH`.'),
    keychain: atHand('The keychain of the system: `secret://keychain/SERVICE/ACCOUNT`.'),
    hashicorp: z
      .strictObject({ ...hashicorp, servers })
      .optional()
      .describe(
        'HashiCorp Vault or OpenBao, key-value engine version 2: `secret://hashicorp/MOUNT/PATH#FIELD`.',
      ),
    aws: z
      .strictObject({ ...aws, servers })
      .optional()
      .describe('AWS Secrets Manager: `secret://aws/NAME#FIELD`.'),
    gcp: z
      .strictObject({
        project: z
          .string()
          .regex(/^[a-z0-9-]{1,63}$/, { error: 'expected the id or number of a project' })
          .optional()
          .describe('The project of references that name none.'),
        endpoint: keeperAddress().optional().describe('Instead of its own address.'),
        login: googleLogin,
        servers,
      })
      .optional()
      .describe('Google Cloud Secret Manager: `secret://gcp/PROJECT/NAME#FIELD`.'),
    azure: z
      .strictObject({
        vault: keeperAddress().describe('Its address, such as `https://NAME.vault.azure.net`.'),
        login: azureLogin,
        servers,
      })
      .optional()
      .describe('Azure Key Vault: `secret://azure/NAME#FIELD`.'),
    onepassword: z
      .strictObject({
        address: keeperAddress().describe('The Connect server, such as `http://localhost:8080`.'),
        token: openingSecret().describe('Its access token, as a reference.'),
        servers,
      })
      .optional()
      .describe('1Password Connect: `secret://onepassword/VAULT/ITEM#FIELD`.'),
  })
  .prefault({})
  .describe(
    'Others that keep secrets, for references such as `secret://hashicorp/MOUNT/PATH#FIELD`.',
  )
