import type { DataClass } from '../../kernel/access.ts'
import { words } from './words.ts'

/**
 * Words for kinds of data, in the name of a tool or of a field that it hands out. Only what a word
 * itself says: that other data is internal or secret is for its owner to say.
 */
const CLASSES: readonly (readonly [DataClass, ReadonlySet<string>])[] = [
  [
    // What is kept from most people everywhere: pay, health, papers, and what is called so.
    'confidential',
    words(`
      allergies allergy confidential diagnoses diagnosis disciplinary medical medication
      medications medicine nda passport passports patient patients payroll payslip payslips prescription
      prescriptions private privileged salaries salary ssn wage wages
    `),
  ],
  [
    'personal',
    words(`
      account accounts address addresses allergies allergy applicant applicants appointment appointments
      attendee attendees birthday calendar candidate candidates client clients colleague colleagues contact
      contacts conversation conversations customer customers diagnoses diagnosis dm dms email emails
      employee employees event gender guest guests inbox lead leads mail mailbox medical medication
      medications meeting meetings member members message messages passport passports patient patients
      people person persons phone phones prescription prescriptions profile profiles recipient recipients
      resume resumes sms ssn staff subscriber subscribers transcript transcripts user username users
      voicemail
    `),
  ],
  [
    'financial',
    words(`
      balance balances bank billing budget charge charges cost costs credit debit debt debts expense
      expenses holdings iban ibans income invoice invoices ledger loan loans mortgage payment payments
      payout payouts payroll payslip payslips pension portfolio position positions pricing purchase
      purchases receipt receipts refund refunds revenue salaries salary subscription subscriptions tax
      taxes transaction transactions wage wages wallet wallets
    `),
  ],
  [
    'credentials',
    words(`
      apikey apikeys certificate certificates cookie cookies credential credentials env jwt keychain
      keystore mfa otp passcode passcodes passphrase password passwords secret secrets ssh token
      tokens totp vault
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

/** Words that make a key one that opens something. */
const OPENING: ReadonlySet<string> = words(
  'access api auth deploy encryption gpg host pgp private public recovery secret signing ssh',
)
/** Words that make a token one that only counts or turns pages. */
const TURNING: ReadonlySet<string> = words(
  'completion continuation cursor input max next output page prompt sync total used',
)

/** Kinds of data that these words name, in a fixed order. */
export function dataClassesOf(found: readonly string[]): readonly DataClass[] {
  const telling = found.filter((word, i) => !(isToken(word) && TURNING.has(found[i - 1] ?? '')))
  const opens = found.some((word, i) => isKey(word) && OPENING.has(found[i - 1] ?? ''))
  return CLASSES.filter(
    ([name, names]) => telling.some((word) => names.has(word)) || (opens && name === 'credentials'),
  ).map(([name]) => name)
}

function isKey(word: string): boolean {
  return word === 'key' || word === 'keys'
}

function isToken(word: string): boolean {
  return word === 'token' || word === 'tokens'
}
