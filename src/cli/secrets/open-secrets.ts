import type { Config } from '../../config/config.ts'
import type { Actor } from '../../kernel/event.ts'
import { createSealer } from '../../vault/seal/sealer.ts'
import { openSecrets, type Secrets } from '../../vault/secrets/secrets.ts'
import { createResolver, type Resolver } from '../../vault/sources/resolver.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { fetchForCredentials } from '../vault/credential-fetch.ts'
import { withKeys } from '../vault/open-keys-once.ts'
import { openSources } from '../vault/open-sources.ts'

/** The secrets of the vault, open for one command. */
export interface OpenedSecrets {
  readonly config: Config
  readonly secrets: Secrets
  /** Resolves references of the configuration. */
  readonly resolver: () => Resolver
  readonly by: Actor
}

/** Opens them for one command, also beside a running gateway, which hears of changes. @throws as `withKeys`. */
export function withSecrets(
  context: Context,
  use: (open: OpenedSecrets) => Promise<Exit>,
): Promise<Exit> {
  return withKeys(context, async ({ config, store, keys, witness, by }) => {
    const clock = Date.now
    const { rotateAfter, cache: ttl } = config.vault
    const sealer = createSealer({ keys, clock, cache: 0 })
    const secrets = openSecrets({ store, sealer, witness, clock, rotateAfter })
    const resolver = () => {
      const fetch = fetchForCredentials(config)
      const sources = openSources(config, { env: context.env, fetch })
      return createResolver({ sources, secrets, witness, clock, ttl })
    }
    return use({ config, secrets, resolver, by: { subject: by, client: 'cli', grant: '' } })
  })
}
