import type { Clock } from '../../kernel/ports.ts'
import type { SafeFetch } from '../../kernel/safe-fetch.ts'
import { callJson, textAt } from '../logins/call-json.ts'
import { type GoogleLogin, googleTokens } from '../logins/google.ts'
import { askKeeper, below } from './ask-keeper.ts'
import { memberOf } from './member.ts'
import { type SecretSource, unavailable } from './source.ts'

const WHO = 'Secret Manager of Google Cloud'

/** Google Cloud Secret Manager: `PROJECT/NAME#FIELD`. */
export function googleSource(
  place: {
    /** The project of references that name none. */
    readonly project?: string
    /** Instead of its own address. */
    readonly endpoint?: string
    readonly login: GoogleLogin
  },
  fetch: SafeFetch,
  clock: Clock,
): SecretSource {
  const tokens = googleTokens(place.login, fetch, clock)
  const base = place.endpoint ?? 'https://secretmanager.googleapis.com'
  return {
    async read({ name, field, version = 'latest' }, signal) {
      const [secret = '', project = place.project] = name.split('/').reverse()
      if (project === undefined)
        throw unavailable(
          'names no project: write `PROJECT/NAME`, or set `vault.sources.gcp.project`',
        )
      const url = below(base, 'v1', 'projects', project, 'secrets', secret, 'versions', version)
      const answer = await askKeeper(async () =>
        callJson(fetch, WHO, `${url}:access`, {
          headers: { authorization: `Bearer ${await tokens.token()}` },
          signal,
        }),
      )
      const payload = await askKeeper(async () => textAt(WHO, answer, 'payload', 'data'))
      return memberOf(Buffer.from(payload, 'base64').toString('utf8'), field)
    },
  }
}
