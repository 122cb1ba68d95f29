import type { JsonObject } from '../../kernel/json.ts'
import { OauthError } from '../engine/oauth-error.ts'
import type { ClientMetadata } from '../parts.ts'
import { nameProblem } from './client-name.ts'
import { checkRedirects, type RedirectRules } from './redirect-address.ts'

const GRANTS: readonly string[] = ['authorization_code', 'refresh_token']

/** A client without a secret is what we register, whichever kind of secret it offered to keep. */
const METHODS: readonly unknown[] = [undefined, 'none', 'client_secret_basic', 'client_secret_post']

/**
 * What is registered of the metadata that a client sent (RFC 7591 section 2): its name, where its codes
 * go, and whether its tokens are bound. A public client, for codes and refresh tokens. What else it
 * sent is not kept, `scope` neither: a person decides about scopes.
 *
 * @throws OauthError `invalid_client_metadata`, `invalid_redirect_uri`.
 */
export function dynamicMetadata(sent: JsonObject, rules: RedirectRules): ClientMetadata {
  const name = sent['client_name']
  const problem = name === undefined ? undefined : nameProblem(name)
  if (problem !== undefined) throw invalid(problem)
  const redirects = checkRedirects(sent['redirect_uris'], rules)
  if (typeof redirects === 'string') throw new OauthError('invalid_redirect_uri', redirects)
  if (!METHODS.includes(sent['token_endpoint_auth_method']))
    throw invalid('token_endpoint_auth_method must be none')
  const responses = listOf(sent, 'response_types', ['code'])
  if (responses.some((type) => type !== 'code') || responses.length !== 1)
    throw invalid('response_types must be code')
  const grants = listOf(sent, 'grant_types', GRANTS)
  if (!grants.every((grant) => GRANTS.includes(grant)) || !grants.includes('authorization_code'))
    throw invalid('grant_types must be authorization_code, and can be refresh_token')
  const bound = sent['dpop_bound_access_tokens'] ?? false
  if (typeof bound !== 'boolean') throw invalid('dpop_bound_access_tokens must be true or false')
  return {
    ...(typeof name === 'string' ? { client_name: name } : {}),
    application_type: redirects.type,
    redirect_uris: redirects.addresses,
    response_types: ['code'],
    grant_types: [...new Set(grants)],
    token_endpoint_auth_method: 'none',
    dpop_bound_access_tokens: bound,
  }
}

function listOf(sent: JsonObject, key: string, absent: readonly string[]): readonly string[] {
  const value = sent[key]
  if (value === undefined) return absent
  const isList = Array.isArray(value) && value.length <= 10
  if (!isList || !value.every((item) => typeof item === 'string'))
    throw invalid(`${key} must be a list of strings`)
  return value
}

function invalid(message: string): OauthError {
  return new OauthError('invalid_client_metadata', message)
}
