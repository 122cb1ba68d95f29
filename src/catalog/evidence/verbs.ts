import type { ToolEffect } from '../../kernel/access.ts'
import { words } from './words.ts'

/** Verbs that only look, wherever they stand first. */
export const READING: ReadonlySet<string> = words(`
  analyse analyze browse calculate check compare compute count crawl describe diff estimate exists
  explain fetch find get grep has head inspect is list locate lookup ls measure peek preview read
  retrieve scan scrape search show stat stats status summarise summarize tail tree validate view
  whoami
`)

/** Reading verbs that are no nouns: they count behind one other word too, as in `github_get_issue`. */
export const READING_INSIDE: ReadonlySet<string> = words('describe fetch get lookup retrieve')

/** The same, when an object follows, as in `github_list_issues`. */
export const READING_BEFORE_OBJECT: ReadonlySet<string> = words('find list read search')

/** Verbs that act, wherever they stand in a name. */
export const ACTING: ReadonlyMap<string, ToolEffect> = table({
  write: `
    accept activate add adjust amend annotate append apply approve archive assign attach backup
    block book build bump change clone close commit compile complete configure convert copy create
    deactivate decline decrement decrypt deny detach disable dismiss download duplicate edit enable
    encrypt enqueue export extend fill finalise finalize finish fix flag follow fork format generate
    import increment init initialise initialize insert install join label leave link load lock log
    make mark merge migrate mkdir modify mount move mutate mute off open out overwrite patch pause pin
    populate press process provision pull put queue rebase rebuild record refresh register reindex
    reject release rename reopen reorder replace reschedule resize restore resume revert rewrite
    rollback rotate save scale schedule set setup sign snapshot solve star start stash store submit
    subscribe swap switch sync tag toggle touch transform translate unarchive unassign unblock
    unfollow unlink unlock unmark unmute unpin unstar unsubscribe untag unzip update upgrade upload
    upsert vote write zip
  `,
  delete: `
    cancel clean cleanup clear del delete destroy discard drop empty erase evict expire flush prune
    purge remove reset rm rmdir shred terminate trash trim truncate undo uninstall void wipe
  `,
  execute: `
    bash click cmd command deploy dispatch eval evaluate exec execute invoke kill launch perform
    powershell reboot restart run script sh shell shutdown spawn sql stop sudo terminal trigger type
  `,
  send: `
    announce broadcast call comment deliver dm email fax forward goto invite mail message navigate
    notify ping post publish push reply respond send share sms submit tweet visit webhook
  `,
  pay: `
    bill buy charge checkout deposit disburse donate invoice order pay payout purchase refund sell
    spend tip trade transfer withdraw
  `,
  admin: `
    allow authorise authorize ban chmod chown demote elevate escalate grant impersonate promote
    revoke suspend unban
  `,
})

/**
 * Verbs that are as often nouns: behind a reading verb they name what is read (`get_email`,
 * `list_orders`), unless the name joins several verbs (`get_and_email`).
 */
export const ALSO_NOUNS: ReadonlySet<string> = words(`
  archive backup bill block book build call change charge checkout click command comment commit
  deposit email export fax fork format import invite invoice label link load lock log mail mark
  merge message order patch ping pin post process pull push queue record release reply run schedule
  script share shell snapshot sql star start stop store tag terminal tip trade transfer trash trigger
  tweet type upload vote webhook
`)

/** Words that join verbs: with one of them in a name, nothing in it is a mere noun. */
export const JOINING: ReadonlySet<string> = words('and or then plus')

/** What only an administrator should change. */
export const ADMINISTRATIVE: ReadonlySet<string> = words(`
  access account accounts acl admin admins apikey credential credentials member members membership
  password passwords permission permissions policies policy privilege privileges role roles secret
  secrets token tokens user users
`)

/** What is worth stealing, even by reading. */
export const SECRETS: ReadonlySet<string> = words(`
  apikey credential credentials env environment password passwords secret secrets token tokens vault
`)

/** Words of a name that reaches beyond its server: what is asked for there leaves with the question. */
export const OUTSIDE: ReadonlySet<string> = words(
  'http https internet uri url urls web webpage website',
)

/** Reading verbs that reach outside when nothing says what they read. */
export const READING_OUTSIDE: ReadonlySet<string> = words('browse crawl fetch scrape')

function table(rows: Partial<Record<ToolEffect, string>>): ReadonlyMap<string, ToolEffect> {
  const entries = Object.entries(rows) as [ToolEffect, string][]
  return new Map(
    entries.flatMap(([effect, text]) => [...words(text)].map((word) => [word, effect] as const)),
  )
}
