import { GatewayError } from '../../kernel/errors.ts'
import { spellOut } from '../../kernel/visible-text.ts'
import type { Interaction } from '../parts.ts'
import { clientInWords, mayRemember } from './client-words.ts'
import { consentPage, consentPurpose } from './consent-page.ts'
import type { Mistake } from './fields.ts'
import type { Form } from './form.ts'
import { formTarget } from './form-targets.ts'
import { type Content, html } from './html.ts'
import { type LoginAt, showLogin } from './login.ts'
import { MAX_NAME } from './login-page.ts'
import { chosenScopes, offerOf } from './offer.ts'
import { said } from './said.ts'
import { requireToken, type Site, show, tokenFor, type Visit } from './site.ts'

/**
 * The interaction that a path names.
 *
 * @throws GatewayError `interaction_unknown` for one that is over or another browser's.
 */
export async function interactionOf(
  { parts }: Site,
  { request, response, params }: Visit,
): Promise<Interaction> {
  const interaction = await parts.interactions.find(request, response)
  if (interaction.uid !== params[0])
    throw new GatewayError('interaction_unknown', 'this is over, or another browser began it')
  return interaction
}

/** Shows what the interaction waits for. */
export async function showInteraction(site: Site, visit: Visit): Promise<void> {
  const interaction = await interactionOf(site, visit)
  if (interaction.prompt === 'consent') return showConsent(site, visit, interaction, [])
  return showLogin(site, visit, await loginAt(site, visit, interaction))
}

/** Where a login within an interaction happens, and what follows. */
export async function loginAt(
  site: Site,
  visit: Visit,
  interaction: Interaction,
): Promise<LoginAt> {
  const { interactions } = site.parts
  const path = `/oauth/interaction/${interaction.uid}/login`
  const target = formTarget(interaction.redirect)
  const { title, lead } = await reason(site, visit, interaction)
  return {
    path,
    query: '',
    purpose: ['login', interaction.uid],
    title,
    lead,
    formTargets: target === undefined ? [] : [target],
    hint: hintOf(interaction),
    provider: (provider) => ({ provider, uid: interaction.uid }),
    finish: ({ request, response }, login) => interactions.login(request, response, login),
  }
}

/** A client's guess at the name; one that does not look like what it is, is not shown. */
function hintOf({ hint }: Interaction): string | undefined {
  return hint !== undefined && spellOut(hint, MAX_NAME) === hint ? hint : undefined
}

async function reason(
  { parts }: Site,
  { request, response }: Visit,
  { client, prompt }: Interaction,
): Promise<{ title: string; lead: Content }> {
  const who = clientInWords(client)
  if (prompt === 'consent')
    return { title: 'Sign in as somebody else', lead: html`to connect ${who}.` }
  const session = await parts.interactions.session(request, response)
  const user = session && (await parts.accounts.user(session.user))
  return user === undefined
    ? { title: 'Sign in', lead: html`to connect ${who}.` }
    : {
        title: 'Confirm that it is you',
        lead: html`You are signed in as ${said(user.name, 128)} (${said(user.id, 128)}). What ${who} asks for needs a new sign-in.`,
      }
}

async function showConsent(
  site: Site,
  visit: Visit,
  interaction: Interaction,
  mistakes: readonly Mistake[],
): Promise<void> {
  const { accounts, productName, lifetimes } = site.parts
  const user = interaction.user === undefined ? undefined : await accounts.user(interaction.user)
  if (user === undefined) throw new GatewayError('interaction_unknown', 'nobody is signed in')
  const page = consentPage({
    interaction,
    offer: offerOf(interaction),
    user,
    token: tokenFor(site, visit, consentPurpose(interaction)),
    productName,
    lifetimes,
    mistakes,
  })
  show(site, visit, page)
}

/** Takes the answer to a consent page. */
export async function answerConsent(site: Site, visit: Visit, form: Form): Promise<void> {
  const { interactions } = site.parts
  const { request, response } = visit
  const interaction = await interactionOf(site, visit)
  if (interaction.prompt !== 'consent')
    throw new GatewayError('interaction_unknown', 'this was not asked')
  await requireToken(site, visit, form, consentPurpose(interaction))
  if (form.get('answer') === 'deny') return interactions.decline(request, response)
  if (form.get('answer') !== 'allow')
    return showConsent(site, visit, interaction, [{ text: 'Choose Allow or Deny.' }])
  const scopes = chosenScopes(offerOf(interaction), form)
  if (scopes === undefined)
    return showConsent(site, visit, interaction, [
      { text: 'Nothing is ticked. Tick what you allow, or choose Deny.' },
    ])
  const remember =
    form.get('remember') === 'on' && mayRemember(interaction.client.trust, interaction.redirect)
  await interactions.consent(request, response, { scopes, remember })
}
