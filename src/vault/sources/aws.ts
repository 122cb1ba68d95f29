import type { SafeFetch } from '../../kernel/safe-fetch.ts'
import { type AwsCredentials, askAws } from '../logins/aws.ts'
import { askKeeper } from './ask-keeper.ts'
import { memberOf } from './member.ts'
import { type SecretSource, unavailable } from './source.ts'

/** A version id is a UUID as a rule, and has at least 32 characters; stages are words. */
const VERSION_ID = /^[A-Za-z0-9-]{32,64}$/

/** AWS Secrets Manager: `NAME#FIELD`, by name or ARN. */
export function awsSource(
  place: {
    readonly region: string
    /** Instead of the region's own address. */
    readonly endpoint?: string
    readonly credentials: AwsCredentials
  },
  fetch: SafeFetch,
): SecretSource {
  const ask = askAws({ api: 'secretsmanager', ...place }, fetch)
  return {
    async read({ name, field, version }) {
      const answer = await askKeeper(
        () => ask('secretsmanager.GetSecretValue', { SecretId: name, ...chosen(version) }),
        ({ detail }) => detail?.includes('ResourceNotFoundException') === true,
      )
      const { SecretString: value } = answer
      if (typeof value !== 'string') throw unavailable('is binary: keep it as text at AWS')
      return memberOf(value, field)
    },
  }
}

function chosen(version: string | undefined): object {
  if (version === undefined) return {}
  return VERSION_ID.test(version) ? { VersionId: version } : { VersionStage: version }
}
