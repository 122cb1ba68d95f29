import type { SubjectId } from '../../kernel/subject.ts'
import { field, type Mistake, tokenField } from './fields.ts'
import { type Html, html } from './html.ts'
import { challengeFields, passkeyOptions } from './passkey-challenge.ts'
import { type Site, tokenFor, type Visit } from './site.ts'

export const MAX_LABEL = 64

/** What forms of a person's own pages are bound to. */
export function accountPurpose(user: SubjectId): readonly string[] {
  return ['account', user]
}

/** The form that adds a passkey. Undefined where there can be none. */
export async function addPasskeyForm(
  site: Site,
  visit: Visit,
  user: SubjectId,
  mistakes: readonly Mistake[] = [],
): Promise<Html | undefined> {
  const options = await passkeyOptions(() => site.parts.accounts.passkeyRegistration(user))
  if (options === undefined) return undefined
  return html`<form method="post" action="/oauth/account/passkey" data-passkey="add" data-page="/oauth/account" hidden>
${tokenField(tokenFor(site, visit, accountPurpose(user)))}
${challengeFields(site, visit, accountPurpose(user), options)}
${field({ id: 'label', label: 'Name of the passkey', type: 'text', autocomplete: 'off', maxLength: MAX_LABEL, hint: 'Such as “laptop” or “blue key”.' }, mistakes)}
<p class="actions"><button>Add a passkey</button></p>
<p role="status" class="hint"></p>
</form>
<noscript><p class="hint">Passkeys need JavaScript. All else here works without.</p></noscript>`
}
