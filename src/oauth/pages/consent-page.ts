import type { Json } from '../../kernel/json.ts'
import type { AccessLevel } from '../../kernel/scope.ts'
import type { Interaction, ScopedTool } from '../parts.ts'
import {
  clientInWords,
  mayRemember,
  type RedirectView,
  viewRedirect,
  voucherInWords,
} from './client-words.ts'
import { inWords } from './duration.ts'
import { callout, type Mistake, summary, tokenField } from './fields.ts'
import { formTarget } from './form-targets.ts'
import { type Content, type Html, html } from './html.ts'
import { type LevelOffer, NO_LEVEL, OFFLINE_BOX, type Offer, type SingleOffer } from './offer.ts'
import type { Page } from './page.ts'
import type { Lifetimes } from './ports.ts'
import { literal, said } from './said.ts'

export interface ConsentView {
  readonly interaction: Interaction
  readonly offer: Offer
  /** Who is asked. */
  readonly user: { readonly id: string; readonly name: string }
  readonly token: string
  readonly productName: string
  readonly lifetimes: Lifetimes
  readonly mistakes: readonly Mistake[]
}

const MAX_SERVERS = 5

/** What a token of the consent form is bound to: all that the page shows, so that nothing else is agreed to. */
export function consentPurpose(interaction: Interaction): readonly Json[] {
  const { uid, user, client, redirect, resource, scopes, known } = interaction
  const shown = [client.id, client.digest, redirect, resource.url, [...scopes], [...known]]
  return ['consent', uid, user ?? null, ...shown]
}

export function consentPage(view: ConsentView): Page {
  const { interaction, offer, mistakes, token } = view
  const target = formTarget(interaction.redirect)
  return {
    title: offer.stepUp ? 'Allow more access?' : 'Allow access?',
    mistaken: mistakes.length > 0,
    status: mistakes.length > 0 ? 422 : 200,
    formTargets: target === undefined ? [] : [target],
    main: html`${summary(mistakes)}
<h1>${offer.stepUp ? 'Allow more access?' : 'Allow access?'}</h1>
<p class="lead">${clientInWords(interaction.client, 'A')} wants to use ${resourceInWords(view)}.</p>
${whoAndWhere(view)}
<form method="post" action="/oauth/interaction/${interaction.uid}/consent">
${tokenField(token)}
${levelChoice(view)}
${singleChoices(offer)}
${offlineChoice(view)}
${unknownScopes(offer)}
${rememberChoice(view)}
${howLong(view)}
<div class="actions equal">
<button name="answer" value="deny" formnovalidate>Deny</button>
<button name="answer" value="allow">Allow</button>
</div>
</form>`,
  }
}

function resourceInWords({ interaction, productName }: ConsentView): Html {
  const { path, tools } = interaction.resource
  if (path === '/admin')
    return html`<strong>the administration of ${productName} itself</strong>: its users, rules and servers`
  const server = serverOf(path)
  if (server !== undefined) return html`the server ${strong(server)}`
  const servers = [...new Set(tools.map((tool) => tool.server))].sort()
  if (servers.length === 0) return html`<strong>every server</strong> behind this gateway`
  if (servers.length === 1)
    return html`<strong>every server</strong> behind this gateway (now only ${strong(servers[0])})`
  const more = servers.length - MAX_SERVERS
  const named = servers.slice(0, MAX_SERVERS).join(', ')
  return html`<strong>every server</strong> behind this gateway (now ${named}${more > 0 && ` and ${more} more`})`
}

function strong(text: string | undefined): Html {
  return html`<strong>${said(text ?? '', 128)}</strong>`
}

/** The name of the one server that a resource is; undefined for all of them. */
export function serverOf(path: string): string | undefined {
  return /^\/mcp\/(.+)$/.exec(path)?.[1]
}

function whoAndWhere({ interaction, user }: ConsentView): Html {
  const { client, redirect, uid } = interaction
  const target = viewRedirect(redirect)
  return html`<dl class="facts">
<dt>Program</dt><dd>${voucherInWords(client)}</dd>
<dt>You are</dt><dd>${said(user.name, 128)} <span class="quiet">(${said(user.id, 128)})</span> <a href="/oauth/interaction/${uid}/login">Not you? Switch</a></dd>
<dt>Access goes to</dt><dd><p class="place">${placeInWords(target)}</p><p class="quiet small address">${literal(redirect)}</p></dd>
</dl>
${targetWarning(target)}`
}

function placeInWords({ kind, place }: RedirectView): Html {
  if (kind === 'loopback') return html`This computer <span class="literal">${place}</span>`
  if (kind === 'app') return html`An app on this device <span class="literal">${place}</span>`
  return html`<span class="literal">${place}</span>`
}

function targetWarning({ kind, place }: RedirectView): Html | undefined {
  if (kind === 'loopback')
    return callout(
      'warning',
      'Did you just start this yourself?',
      'Any program on this computer that listens at this address could receive access. Allow only if you were connecting a program a moment ago.',
    )
  if (kind === 'app')
    return callout(
      'warning',
      'Did you just start this yourself?',
      html`Any app on this device can claim links that begin with <span class="literal">${place}</span> and could receive access. Allow only if you were connecting an app a moment ago.`,
    )
  return undefined
}

const LEVEL_WORDS: Readonly<Record<AccessLevel, { name: string; means: string }>> = {
  read: { name: 'Read', means: 'Look things up. Changes nothing.' },
  write: {
    name: 'Read and write',
    means: 'Also create, change and delete things, send messages, and pay.',
  },
  execute: {
    name: 'Read, write and execute',
    means: 'Also run programs and commands, and administer servers.',
  },
}

function levelChoice({ offer }: ConsentView): Html | undefined {
  const { levels, singles } = offer
  if (levels.length === 0) return undefined
  const last = levels.length - 1
  const none = html`<li class="choice"><input type="radio" name="level" id="level-none" value="${NO_LEVEL}"><label for="level-none"><strong>None of these</strong></label><p class="hint">Only the single tools that you tick below.</p></li>`
  return html`<fieldset>
<legend>How much may it do?</legend>
<ul class="choices">${levels.map((one, i) => levelItem(offer, one, i, i === last))}${singles.length > 0 && none}</ul>
</fieldset>`
}

function levelItem(
  { stepUp }: Offer,
  { level, isNew, tools }: LevelOffer,
  i: number,
  checked: boolean,
): Html {
  const { name, means } = LEVEL_WORDS[level]
  const id = `level-${level}`
  const count = `${tools.length} ${i === 0 ? '' : 'more '}${tools.length === 1 ? 'tool' : 'tools'}`
  return html`<li class="choice"><input type="radio" name="level" id="${id}" value="${level}" aria-describedby="${id}-means"${checked && html` checked`}><label for="${id}"><strong>${name}</strong></label> ${newness(isNew, stepUp)}
<p class="hint" id="${id}-means">${means}</p>
${tools.length > 0 && html`<details><summary>${count}</summary><div class="listing" tabindex="0" role="group" aria-label="${count}">${toolList(tools)}</div></details>`}</li>`
}

function toolList(tools: readonly ScopedTool[]): Content {
  const servers = [...new Set(tools.map((tool) => tool.server))].sort()
  return servers.map((server) => {
    const names = tools.filter((tool) => tool.server === server).map((tool) => tool.name)
    return html`<p class="server">${said(server, 128)} <span class="quiet">(${names.length})</span></p>
<ul class="tools">${names.sort().map((name) => html`<li>${literal(name, 128)}</li>`)}</ul>`
  })
}

/** Marks what is new and what is not, where there is something of both. */
function newness(isNew: boolean, stepUp: boolean): Html | undefined {
  if (!stepUp) return undefined
  return isNew
    ? html`<span class="tag new">New</span>`
    : html`<span class="tag">Allowed before</span>`
}

const KINDS: Readonly<Record<AccessLevel, string>> = {
  read: 'reads',
  write: 'writes',
  execute: 'executes',
}

function singleChoices({ singles, levels, stepUp }: Offer): Html | undefined {
  if (singles.length === 0) return undefined
  return html`<fieldset>
<legend>${levels.length > 0 ? 'Single tools besides' : 'Which tools may it use?'}</legend>
<p class="hint">Only what you tick. ${singles.length} asked for.</p>
<ul class="choices scrolls">${singles.map((one) => singleItem(one, stepUp))}</ul>
</fieldset>`
}

function singleItem({ box, what, isNew }: SingleOffer, stepUp: boolean): Html {
  return html`<li class="choice"><input type="checkbox" name="${box}" id="${box}" value="on" checked><label for="${box}">${singleInWords(what)}</label> ${newness(isNew, stepUp)}</li>`
}

function singleInWords(what: SingleOffer['what']): Html {
  if (what.kind !== 'tool')
    return html`${what.kind === 'prompts' ? 'Prompts' : 'Resources'} of ${said(what.server, 128)}`
  const { name, server, level } = what.tool
  return html`${literal(name, 128)} <span class="quiet">of</span> ${said(server, 128)} <span class="tag level-${level}">${KINDS[level]}</span>`
}

function offlineChoice({ offer, interaction, lifetimes }: ConsentView): Html | undefined {
  if (offer.offline === undefined) return undefined
  const access = accessOf(interaction, lifetimes)
  return html`<fieldset>
<legend>For how long?</legend>
<div class="choice"><input type="checkbox" name="${OFFLINE_BOX}" id="${OFFLINE_BOX}" value="on" checked aria-describedby="${OFFLINE_BOX}-means"><label for="${OFFLINE_BOX}"><strong>Stay connected</strong></label> ${newness(offer.offline.isNew, offer.stepUp)}
<p class="hint" id="${OFFLINE_BOX}-means">Until it is not used for ${inWords(lifetimes.refresh)}, and for ${inWords(lifetimes.grant)} at most. If you do not tick this, access ends after ${inWords(access)} and it has to ask again.</p></div>
</fieldset>`
}

function unknownScopes({ unknown }: Offer): Html | undefined {
  if (unknown.length === 0) return undefined
  const shown = unknown.slice(0, 20)
  return html`<p class="quiet small">Asked for as well, but unknown here and so not given: ${shown.map((scope, i) => [i > 0 && ', ', literal(scope, 64)])}${unknown.length > shown.length && ' and more'}.</p>`
}

function rememberChoice({ interaction, lifetimes }: ConsentView): Html | undefined {
  if (!mayRemember(interaction.client.trust, interaction.redirect)) return undefined
  return html`<fieldset>
<legend>Next time</legend>
<div class="choice"><input type="checkbox" name="remember" id="remember" value="on" aria-describedby="remember-means"><label for="remember"><strong>Remember my answer</strong></label>
<p class="hint" id="remember-means">The same program is not asked about again for ${inWords(lifetimes.consent)}, unless it wants more.</p></div>
</fieldset>`
}

function howLong({ offer, interaction, lifetimes }: ConsentView): Html {
  const holds =
    offer.offline === undefined
      ? html`Access ends after ${inWords(accessOf(interaction, lifetimes))} unless it is asked for again. `
      : ''
  return html`<p class="quiet small">${holds}You can end it at any time at <a href="/oauth/account">your account</a>. Rules of your operator apply to every call, whatever you allow here.</p>`
}

function accessOf({ resource }: Interaction, lifetimes: Lifetimes): number {
  return resource.path === '/admin' ? lifetimes.admin : lifetimes.access
}
