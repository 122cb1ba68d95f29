import type { ToolEffect } from '../../kernel/access.ts'
import type { Argument } from './arguments.ts'
import { RISK, type Risk } from './risk.ts'
import { words } from './words.ts'

/** What the arguments of a tool show of its effects. */
export interface Evidence {
  readonly effect: ToolEffect
  /**
   * `plain`: nobody asks for this who does not do it. `reading`: the same, of tools that read; others
   * may only keep it. `faint`: it says what kind of acting, where the name does not say that the tool
   * reads.
   */
  readonly weight: 'plain' | 'reading' | 'faint'
  readonly risk: Risk
  /** The arguments that show it. */
  readonly arguments: readonly string[]
}

/** Texts that a message carries. */
const MESSAGE = words('message body text subject html markdown blocks attachments msg greeting')
/** What a file or a document is filled with. */
const CONTENT = words('content contents data text body edits patch diff replacement bytes blob')
const LANGUAGES = words(
  'python js javascript typescript ts shell bash powershell ruby lua perl r sql groovy',
)
const QUERY_LANGUAGES = words('sql cypher gremlin sparql graphql cql hql mql tsql plsql')
const SECRET_INPUT = words('cvv cvc pan')

/**
 * What the arguments of a tool show. A rule reads words and types of names, never whole names of
 * known tools, and its reason is the same for any server: who takes a command runs it.
 */
export function evidenceOf(args: readonly Argument[]): readonly Evidence[] {
  return RULES.flatMap(({ effect, weight, risk = RISK[effect], shown }) => {
    const found = shown(args).map(({ name }) => name)
    return found.length === 0 ? [] : [{ effect, weight, risk, arguments: found }]
  })
}

interface Rule {
  readonly effect: ToolEffect
  readonly weight: Evidence['weight']
  /** Other than that of the effect. */
  readonly risk?: Risk
  /** The arguments that show the effect; none where nothing does. */
  readonly shown: (args: readonly Argument[]) => readonly Argument[]
}

const RULES: readonly Rule[] = [
  { effect: 'execute', weight: 'plain', shown: each(isCommand) },
  { effect: 'execute', weight: 'plain', shown: each(isQueryText) },
  { effect: 'write', weight: 'plain', shown: together(isPlace, isContent) },
  { effect: 'write', weight: 'faint', shown: together(isFileName, isContent) },
  { effect: 'write', weight: 'plain', shown: each(isOutput) },
  { effect: 'write', weight: 'plain', shown: together(isOld, isNew) },
  { effect: 'write', weight: 'faint', shown: each(isConsent) },
  { effect: 'delete', weight: 'faint', shown: each(isForGood) },
  { effect: 'send', weight: 'plain', shown: together(isRecipient, isMessage) },
  { effect: 'send', weight: 'plain', shown: each(isCallback) },
  { effect: 'send', weight: 'plain', risk: 'medium', shown: each(isOwnAddress) },
  {
    effect: 'send',
    weight: 'reading',
    risk: 'medium',
    shown: each((argument) => isAddress(argument) && !isOwnAddress(argument)),
  },
  { effect: 'pay', weight: 'plain', shown: each(isPaymentMeans) },
  { effect: 'pay', weight: 'faint', shown: together(isAmount, isCurrencyOrPayee) },
  { effect: 'admin', weight: 'faint', shown: together(isRight, isHolder) },
]

function each(test: (argument: Argument) => boolean): Rule['shown'] {
  return (args) => args.filter(test)
}

/** Both kinds, in different arguments. */
function together(
  left: (argument: Argument) => boolean,
  right: (argument: Argument) => boolean,
): Rule['shown'] {
  return (args) => {
    const one = args.find(left)
    const other = args.find((argument) => argument !== one && right(argument))
    return one && other ? [one, other] : []
  }
}

function last({ words: own }: Argument): string {
  return own.at(-1) ?? ''
}

function isText({ types, closed }: Argument): boolean {
  return !closed && (types.size === 0 || types.has('string') || types.has('array'))
}

/** What a shell or an interpreter runs: free text, not the name of a choice. */
function isCommand(argument: Argument): boolean {
  if (!isText(argument)) return false
  const { words: own, plain, description } = argument
  if (/^(commands?|cmds?|script|shell|bash|powershell|expression_code)$/.test(plain)) return true
  if (/_(command|cmd|script)$/.test(plain) && own.some((word) => SHELLS.has(word))) return true
  const before = own.at(-2) ?? ''
  if (last(argument) === 'code' && LANGUAGES.has(before)) return true
  return plain === 'code' && /\b(execut\w*|run|evaluat\w*)\b/.test(description)
}

const SHELLS = words('shell bash sh system os terminal powershell cmd')

/** A query in a language that can also change what it queries. */
function isQueryText(argument: Argument): boolean {
  if (!isText(argument) || !argument.types.has('string')) return false
  const { words: own, description } = argument
  if (QUERY_LANGUAGES.has(last(argument))) return true
  const isQuery = /^(query|queries|statement|statements|mutation)$/.test(last(argument))
  if (!isQuery) return false
  return (
    own.some((word) => QUERY_LANGUAGES.has(word)) ||
    /\b(sql|cypher|graphql|gremlin|select|insert|update|delete)\b.{0,40}\b(query|statement|mutation|from|into)\b/.test(
      description,
    ) ||
    /\b(query|statement|mutation)\b.{0,20}\b(sql|cypher|graphql|gremlin)\b/.test(description)
  )
}

function isPlace({ plain }: Argument): boolean {
  return /^(.*_)?(path|filepath|destination|dest)$/.test(plain)
}

/** Content may come with its name to be looked at, too. */
function isFileName({ plain }: Argument): boolean {
  return /^(.*_)?(file|filename|file_name)$/.test(plain)
}

function isContent(argument: Argument): boolean {
  const { plain, types } = argument
  return (
    (CONTENT.has(plain) || /^(new|file)_(content|contents|text|data)$/.test(plain)) &&
    !types.has('boolean') &&
    !argument.closed
  )
}

/** Where something is put. */
function isOutput({ plain, types }: Argument): boolean {
  return (
    (types.size === 0 || types.has('string')) &&
    /^(output|save|destination|dest|target|download)_(path|file|filename|dir|directory|folder)$|^save_(to|as)$/.test(
      plain,
    )
  )
}

function isOld({ plain }: Argument): boolean {
  return /^old_(str|string|text|value|name|path|content)$/.test(plain)
}

function isNew({ plain }: Argument): boolean {
  return /^new_(str|string|text|value|name|path|content)$/.test(plain)
}

/** What only a change asks for. */
function isConsent({ plain, types }: Argument): boolean {
  return (
    !types.has('object') &&
    /^(confirm|confirmed|confirmation|force|overwrite|dry_run|upsert|auto_approve|skip_confirmation)$/.test(
      plain,
    )
  )
}

function isForGood({ plain }: Argument): boolean {
  return /^(permanently|hard_delete|purge|cascade|delete_all|skip_trash)$/.test(plain)
}

function isRecipient(argument: Argument): boolean {
  const { plain, types } = argument
  if (types.has('boolean') || types.has('number') || types.has('integer')) return false
  return /^(to|cc|bcc|(.*_)?(recipients?|addressees?|receivers?)(_.*)?|to_(email|address|number|user|phone)s?|channel(_id|_name)?|chat_id|room_id|phone_number|conversation_id|thread_id)$/.test(
    plain,
  )
}

function isMessage(argument: Argument): boolean {
  return (
    (MESSAGE.has(argument.plain) ||
      /^(message|email|comment)_(text|body|content)$/.test(argument.plain)) &&
    isText(argument)
  )
}

/** Where the other side will be told. */
function isCallback({ plain }: Argument): boolean {
  return /^(.*_)?(webhook|callback|notification|notify)(_(url|uri|endpoint))$/.test(plain)
}

/** An address on the network that is what the tool is about: what is asked there leaves with it. */
function isOwnAddress(argument: Argument): boolean {
  return isAddress(argument) && /^(urls?|href|website|webpage|endpoint)$/.test(argument.plain)
}

function isAddress(argument: Argument): boolean {
  const { format, types } = argument
  const isString = types.size === 0 || types.has('string') || types.has('array')
  return (
    isString &&
    (format === 'uri' ||
      format === 'url' ||
      /^(.*_)?(urls?|href|website|webpage)$/.test(argument.plain))
  )
}

function isPaymentMeans({ words: own, plain }: Argument): boolean {
  return (
    /^(.*_)?(payment_method|payment_token|card_number|credit_card|card_token)(_id)?$/.test(plain) ||
    own.some((word) => SECRET_INPUT.has(word))
  )
}

function isAmount({ words: own, types }: Argument): boolean {
  return own.includes('amount') && !types.has('boolean') && !types.has('object')
}

/** One currency, not the two of a conversion; or who gets it. */
function isCurrencyOrPayee({ plain }: Argument): boolean {
  return /^(currency|currency_code|payee|payee_.*|recipient|recipient_.*|beneficiary|to_account|destination_account|iban)$/.test(
    plain,
  )
}

function isRight({ plain }: Argument): boolean {
  return /^(.*_)?(roles?|permissions?|permission_level|access_level|privileges?|policy_document|is_admin)$/.test(
    plain,
  )
}

function isHolder({ plain }: Argument): boolean {
  return /^(.*_)?(user|users|member|members|principal|email|emails|team|group|collaborator|grantee|assignee)(_(id|ids|name|names|email))?$/.test(
    plain,
  )
}
