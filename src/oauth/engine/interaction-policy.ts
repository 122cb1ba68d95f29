import { type Grant, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'
import type { SubjectId } from '../../kernel/subject.ts'
import type { Engine } from './engine.ts'

const { Check, Prompt } = interactionPolicy

/** What a person is asked: who they are, and whether the client may. Nothing else, in this order. */
export function policy(): interactionPolicy.DefaultPolicy {
  const prompts = interactionPolicy.base()
  prompts
    .get('login')
    ?.checks.add(
      new Check('no_account', 'the account is disabled', 'login_required', ({ oidc }) =>
        oidc.session?.accountId !== undefined && oidc.account === undefined
          ? Check.REQUEST_PROMPT
          : Check.NO_NEED_TO_PROMPT,
      ),
    )
  prompts.remove('consent')
  prompts.add(
    new Prompt(
      { name: 'consent', requestable: true },
      new Check('no_grant', 'consent is needed', 'consent_required', ({ oidc }) =>
        oidc.entities.Grant?.jti === undefined ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
      ),
    ),
  )
  return prompts
}

/**
 * The grant of an authorization request: the one that the person has just made, or a new one where
 * remembered consent covers everything asked for. Never one of an earlier request: each can be revoked
 * by itself.
 */
export async function grantFor(
  engine: Engine,
  ctx: KoaContextWithOIDC,
): Promise<Grant | undefined> {
  const { oidc } = ctx
  const made = oidc.result?.consent?.grantId
  if (made !== undefined) return oidc.provider.Grant.find(made)
  if (isAsked(ctx, 'login') || isAsked(ctx, 'consent')) return undefined
  const recalled = await recalledGrant(engine, ctx)
  return recalled === undefined ? undefined : oidc.provider.Grant.find(recalled)
}

function isAsked({ oidc }: KoaContextWithOIDC, prompt: string): boolean {
  return oidc.prompts.has(prompt) && oidc.promptPending(prompt)
}

async function recalledGrant(
  { settings, consents, grants }: Engine,
  { oidc: { client, account, params } }: KoaContextWithOIDC,
): Promise<string | undefined> {
  const resource = params?.['resource']
  const redirect = params?.['redirect_uri']
  const asked = String(params?.['scope'] ?? '')
  if (client === undefined || account === undefined || asked === '') return undefined
  if (typeof resource !== 'string' || typeof redirect !== 'string') return undefined
  const user = account.accountId as SubjectId
  const view = settings.clients.view(client.clientId, client.metadata() as never)
  const place = { user, client: view, redirect, resource }
  const known = await consents.recall(place)
  const scopes = asked.split(' ')
  if (!scopes.every((scope) => known.includes(scope))) return undefined
  const grant = await grants.add({
    kind: 'user',
    subject: user,
    client: client.clientId,
    resource,
    scopes,
    actors: [],
    via: 'login',
  })
  return grant.id
}
