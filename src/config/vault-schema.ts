import { z } from 'zod'
import { duration } from './fields.ts'
import { vaultKeys } from './vault-keys-schema.ts'
import { secretSources } from './vault-sources-schema.ts'

/** Where credentials are kept, and where others keep them. */
export const vault = z
  .strictObject({
    keys: vaultKeys,
    sources: secretSources,
    cache: duration('0s', '1h')
      .prefault('5m')
      .describe('How long a secret of another keeper is used before it is read again.'),
    dataKeyCache: duration('0s', '5m')
      .prefault('5m')
      .describe('How long a data key stays in memory.'),
    rotateAfter: duration('1d', '3650d')
      .prefault('90d')
      .describe('After this long a secret is due to be changed, unless it says otherwise.'),
  })
  .prefault({})
  .describe('Credentials for servers: sealed here, or kept by others.')
