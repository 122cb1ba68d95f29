import type { IncomingMessage } from 'node:http'
import type { JsonObject } from '../../kernel/json.ts'
import { buckets } from '../buckets.ts'
import { OauthError } from '../engine/oauth-error.ts'
import type { ClientRegistration } from '../engine/ports.ts'
import type { ClientMetadata } from '../parts.ts'
import { cleanName } from './client-name.ts'
import type { ClientRow } from './client-rows.ts'
import { DYNAMIC } from './client-trust.ts'
import type { ClientsSetting } from './clients-setting.ts'
import { dynamicMetadata } from './dynamic-metadata.ts'
import { hostMatcher } from './host-pattern.ts'
import type { RedirectRules } from './redirect-address.ts'

/** Registrations of one address, and of all: a burst, and one more every few seconds. */
const PER_SOURCE = { most: 10, every: 6_000, maxKeys: 10_000 }
const TOGETHER = { most: 60, every: 1_000, maxKeys: 1 }

/** Seconds until room may be made: clients that nobody used go after a day. */
const FULL_RETRY = 3_600

/** Clients that register themselves (RFC 7591); undefined when the policy is that they cannot. */
export function dynamicRegistration(setting: ClientsSetting): ClientRegistration | undefined {
  const { policy, clock } = setting
  if (policy.registration === 'off') return undefined
  const rules: RedirectRules = {
    web: policy.registration === 'listed' ? hostMatcher(policy.registrationHosts) : () => false,
    privateSchemes: policy.privateSchemes,
  }
  const bySource = buckets({ ...PER_SOURCE, overflow: 'refuse', clock })
  const together = buckets({ ...TOGETHER, overflow: 'refuse', clock })
  return {
    admit: (request) => {
      const wait = bySource.take(setting.sourceOf(request)) || together.take('')
      if (wait > 0) throw tooMany('too many registrations', Math.ceil(wait / 1_000))
    },
    register: (request, metadata) => register(setting, rules, request, metadata),
  }
}

async function register(
  setting: ClientsSetting,
  rules: RedirectRules,
  request: IncomingMessage,
  sent: JsonObject,
): Promise<ClientMetadata> {
  const { clock, randomId, rows, policy } = setting
  const now = clock()
  const checked = await refusalsWitnessed(setting, () => dynamicMetadata(sent, rules))
  const id = `${DYNAMIC}${randomId()}`
  const client: ClientMetadata = {
    client_id: id,
    client_id_issued_at: Math.floor(now / 1_000),
    ...checked,
  }
  const row: ClientRow = {
    id,
    trust: 'dynamic',
    name: cleanName(checked['client_name']),
    metadata: JSON.stringify({ client }),
    source: setting.digest(setting.sourceOf(request)),
    status: 'active',
    created: now,
    used: null,
    expires: now + policy.unusedFor,
  }
  await setting.witness({
    event: 'client.registered',
    outcome: 'done',
    client: id,
    detail: { trust: 'dynamic', name: row.name, redirects: checked['redirect_uris'] },
  })
  const quota = { all: policy.maxDynamic, perSource: policy.maxDynamicPerSource }
  const result = await rows.addWithin(quota, row, now)
  if (result !== 'added')
    await refusalsWitnessed(
      setting,
      () => {
        throw tooMany('too many clients are registered', FULL_RETRY)
      },
      id,
    )
  return client
}

async function refusalsWitnessed<T>(
  { witness }: ClientsSetting,
  check: () => T,
  client?: string,
): Promise<T> {
  try {
    return check()
  } catch (error) {
    if (error instanceof OauthError)
      await witness({
        event: 'client.refused',
        outcome: 'refused',
        ...(client === undefined ? {} : { client }),
        detail: { trust: 'dynamic', error: error.code, reason: error.message },
      })
    throw error
  }
}

function tooMany(message: string, retryAfter: number): OauthError {
  return new OauthError('temporarily_unavailable', message, { status: 429, retryAfter })
}
