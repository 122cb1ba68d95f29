import type { JsonObject } from '../../../kernel/json.ts'
import type { Clock } from '../../../kernel/ports.ts'
import type { Problem } from '../problem.ts'
import { openProvider, type Provider } from '../provider.ts'
import type { ProviderSettings } from '../settings.ts'
import { type ForgedProvider, forgedProvider } from './forged-provider.ts'

const REDIRECT = 'https://gateway.example/oauth/federation/acme/callback'
const EXPECTED = { state: 'S'.repeat(43), nonce: 'N'.repeat(43), verifier: 'V'.repeat(43) }

export const SECRET = 'a secret of the provider for us'

/** A provider that lies as a test wants, and our side of it. */
export interface Asked {
  readonly forged: ForgedProvider
  readonly provider: Provider
  /** Our clock. */
  now: number
  /** Sends a person there. */
  authorize(): Promise<{ readonly url: URL } | Problem>
  /** Takes a person back. */
  redeem(query?: Readonly<Record<string, string>>): Promise<{ claims: JsonObject } | Problem>
}

export async function ask(
  settings: Partial<ProviderSettings> = {},
  algorithm?: string,
): Promise<Asked> {
  const issuer = settings.issuer ?? 'https://login.acme.example'
  const forged = await forgedProvider(issuer, 'bailiwick', algorithm)
  forged.nonce(EXPECTED.nonce)
  const clock: Clock = () => asked.now
  const provider = openProvider(
    {
      id: 'acme',
      name: 'Acme',
      issuer,
      clientId: 'bailiwick',
      authentication: { kind: 'client_secret', secret: () => SECRET },
      createUsers: true,
      ...settings,
    },
    forged.fetch,
    clock,
  )
  const asked: Asked = {
    forged,
    provider,
    now: Date.now(),
    authorize: () => provider.authorize(EXPECTED, REDIRECT),
    redeem: (query = {}) => {
      const callback = new URL(REDIRECT)
      const given = { code: 'the code', state: EXPECTED.state, ...query }
      callback.search = new URLSearchParams(given).toString()
      return provider.redeem(callback, EXPECTED)
    },
  }
  return asked
}
