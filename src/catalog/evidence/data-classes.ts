import type { DataClass } from '../../kernel/access.ts'
import { words } from './words.ts'

/**
 * Words for kinds of data, in the name of a tool or of a field that it hands out. Only what a word
 * itself says: that data is internal or secret is for its owner to say.
 */
const CLASSES: readonly (readonly [DataClass, ReadonlySet<string>])[] = [
  [
    'personal',
    words(`
      address addresses applicant attendee attendees birthday calendar candidate candidates client
      clients colleague contact contacts conversation conversations customer customers dm email emails
      employee employees event guest guests inbox lead leads mail mailbox member members message
      messages patient patients people person persons phone profile profiles recipient recipients
      subscriber subscribers transcript transcripts user users voicemail
    `),
  ],
  [
    'financial',
    words(`
      balance balances bank billing budget charge charges cost costs expense expenses holdings invoice
      invoices ledger loan loans payment payments payout payouts payroll portfolio position positions
      pricing purchase purchases receipt receipts refund refunds revenue salaries salary subscription
      subscriptions tax taxes transaction transactions wallet
    `),
  ],
  [
    'credentials',
    words(`
      apikey apikeys certificate certificates credential credentials env keystore passphrase password
      passwords secret secrets token tokens vault
    `),
  ],
  [
    'source',
    words(`
      ast blame branch codebase commit commits diff diffs gist gists git patch repo repos repositories
      repository snippet snippets source
    `),
  ],
]

/** Kinds of data that these words name, in a fixed order. */
export function dataClassesOf(found: readonly string[]): readonly DataClass[] {
  return CLASSES.filter(([, names]) => found.some((word) => names.has(word))).map(([name]) => name)
}
