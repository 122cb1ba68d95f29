import {
  accountLogin,
  addPasskey,
  changePassword,
  logout,
  removePasskey,
  revokeGrant,
  showAccount,
} from './account.ts'
import type { Form } from './form.ts'
import { answerConsent, interactionOf, loginAt, showInteraction } from './interaction.ts'
import {
  byPasskey,
  byPassword,
  byProvider,
  byRecoveryCode,
  type LoginAt,
  showLogin,
} from './login.ts'
import { recoveryPage } from './login-page.ts'
import { sendTo } from './page.ts'
import { setUp } from './setup.ts'
import { requireOwnLink, type Site, show, type Visit } from './site.ts'

/** What a path answers. A GET changes nothing. */
export interface PageHandlers {
  readonly get?: (visit: Visit) => Promise<void>
  readonly post?: (visit: Visit, form: Form) => Promise<void>
}

interface Found {
  readonly handlers: PageHandlers
  readonly params: readonly string[]
}

type PlaceOf = (visit: Visit) => Promise<LoginAt>

/** All paths of the pages. `*` stands for one part that varies. */
export function tableOf(site: Site): (path: string) => Found | undefined {
  const setup = setUp(site)
  const atInteraction: PlaceOf = async (visit) =>
    loginAt(site, visit, await interactionOf(site, visit))
  const atAccount: PlaceOf = (visit) => accountLogin(site, visit)

  // Who loads the answer to a form again comes back to the page of the form.
  const back: PageHandlers = {
    get: async (visit) => sendTo(visit.response, '/oauth/account'),
  }

  const rows: Readonly<Record<string, PageHandlers>> = {
    '/setup': { get: setup.open, post: setup.redeem },
    '/setup/done': { get: setup.done },
    '/oauth/interaction/*': { get: (visit) => showInteraction(site, visit) },
    '/oauth/interaction/*/consent': {
      get: async (visit) => sendTo(visit.response, `/oauth/interaction/${visit.params[0]}`),
      post: (visit, form) => answerConsent(site, visit, form),
    },
    ...loginRows(site, '/oauth/interaction/*/login', atInteraction),
    '/oauth/account': { get: (visit) => showAccount(site, visit) },
    ...loginRows(site, '/oauth/account/login', atAccount),
    '/oauth/account/logout': { ...back, post: (visit, form) => logout(site, visit, form) },
    '/oauth/account/revoke': { ...back, post: (visit, form) => revokeGrant(site, visit, form) },
    '/oauth/account/passkey': { ...back, post: (visit, form) => addPasskey(site, visit, form) },
    '/oauth/account/passkey/remove': {
      ...back,
      post: (visit, form) => removePasskey(site, visit, form),
    },
    '/oauth/account/password': {
      ...back,
      post: (visit, form) => changePassword(site, visit, form),
    },
  }
  const table = Object.entries(rows).map(([pattern, handlers]) => ({
    pattern: new RegExp(`^${pattern.replaceAll('*', '([A-Za-z0-9_-]{1,128})')}$`),
    handlers,
  }))
  return (path) => {
    for (const { pattern, handlers } of table) {
      const params = pattern.exec(path)?.slice(1)
      if (params !== undefined) return { handlers, params }
    }
    return undefined
  }
}

function loginRows(site: Site, path: string, placeOf: PlaceOf): Record<string, PageHandlers> {
  return {
    [path]: {
      get: async (visit) => showLogin(site, visit, await placeOf(visit)),
      post: async (visit, form) => byPassword(site, visit, await placeOf(visit), form),
    },
    [`${path}/passkey`]: {
      get: async (visit) => {
        const { path: page, query } = await placeOf(visit)
        sendTo(visit.response, page + query)
      },
      post: async (visit, form) => byPasskey(site, visit, await placeOf(visit), form),
    },
    [`${path}/recovery`]: {
      get: async (visit) => show(site, visit, recoveryPage(site, visit, await placeOf(visit))),
      post: async (visit, form) => byRecoveryCode(site, visit, await placeOf(visit), form),
    },
    // A link and no form: policies for forms would have to name every host of the provider.
    [`${path}/provider/*`]: {
      get: async (visit) => {
        requireOwnLink(site, visit)
        await byProvider(site, visit, await placeOf(visit), visit.params.at(-1) ?? '')
      },
    },
  }
}
