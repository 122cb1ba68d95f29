import { AMOUNT_FLAGS } from '../src/analysis/amounts/flags.ts'
import { IDENTIFIER_FLAGS } from '../src/analysis/identifiers/flags.ts'
import { MEDIA_FLAGS } from '../src/analysis/media/flags.ts'
import { PATH_FLAGS } from '../src/analysis/paths/flags.ts'
import { PATTERN_FLAGS } from '../src/analysis/patterns/flags.ts'
import { RECIPIENT_FLAGS } from '../src/analysis/recipients/flags.ts'
import { SHELL_FLAGS } from '../src/analysis/shell/flags.ts'
import { SQL_FLAGS } from '../src/analysis/sql/flags.ts'
import { URL_FLAGS } from '../src/analysis/urls/flags.ts'
import { HARMLESS } from '../src/policy/guards/flags.ts'
import { CONTENT_MEMBERS } from '../src/policy/vocabulary.ts'

interface Kind {
  readonly kind: keyof typeof HARMLESS
  readonly member: string
  readonly about: string
  readonly flags: Readonly<Record<string, string>>
}

const KINDS: readonly Kind[] = [
  {
    kind: 'path',
    member: 'paths',
    about:
      'A path of a file, as the server would open it: links followed, every spelling that a server may undo.',
    flags: PATH_FLAGS,
  },
  {
    kind: 'url',
    member: 'urls',
    about:
      'A URL by the WHATWG standard, and the kinds of range in which its addresses lie: `public`, `private`, `loopback`, `link-local`, `metadata`, `carrier`, `multicast`, `reserved`, `unspecified`, `unresolved`.',
    flags: URL_FLAGS,
  },
  {
    kind: 'sql',
    member: 'sql',
    about: 'Statements of PostgreSQL, MySQL or SQLite, at every level of the tree.',
    flags: SQL_FLAGS,
  },
  {
    kind: 'shell',
    member: 'shell',
    about: 'A command line, or a list of words: every program that runs, also by way of others.',
    flags: SHELL_FLAGS,
  },
  {
    kind: 'recipient',
    member: 'recipients',
    about:
      'Every address that mail may reach (RFC 5322), and handles of chats, whose domain is empty.',
    flags: RECIPIENT_FLAGS,
  },
  {
    kind: 'amount',
    member: 'amounts',
    about: 'An amount of money, exactly, with its currency.',
    flags: AMOUNT_FLAGS,
  },
  {
    kind: 'identifier',
    member: 'identifiers',
    about:
      'An identifier whose form is certain: UUID, IBAN, card, phone, ARN, image, package and others.',
    flags: IDENTIFIER_FLAGS,
  },
  {
    kind: 'media',
    member: 'media',
    about: 'A media type, or content that is embedded in a `data:` URL.',
    flags: MEDIA_FLAGS,
  },
  {
    kind: 'pattern',
    member: 'patterns',
    about: 'A regular expression that the server would run.',
    flags: PATTERN_FLAGS,
  },
]

/** `docs/reference/facts.md`: what analysers say, by kind. */
export function factsPage(): string {
  return `# Facts: what is read from arguments

Analysers read the arguments of every call before policies decide. What an argument is comes from its schema,
its name, and your word (\`servers.<name>.tools.<tool>.arguments\`); besides, every text is searched for what it
is. An argument that should be of a kind and cannot be read as it is unparsable, and denies the call.

Policies see \`context.facts\` ([reference](policies.md)); guards compare facts with what you write. A guard lets
a fact pass only if each of its flags is one that says nothing by itself (marked here), or is allowed by
the guard (\`flags: { allow: [...] }\`).
${KINDS.map(section).join('')}${contentSection()}`
}

const CONTENT: Readonly<Record<(typeof CONTENT_MEMBERS)[number][1], string>> = {
  secret: 'credentials and keys, by their form, their check digits or their randomness',
  personal: 'data about people, such as an IBAN or a number of an identity card',
  injection: 'text that gives instructions to a model',
  hidden: 'characters that nobody sees',
  canary: 'decoys that were planted',
}

function contentSection(): string {
  const rows = CONTENT_MEMBERS.map(
    ([member, category]) =>
      `| \`context.facts.${member}\` | \`${category}\` | ${CONTENT[category]} |`,
  )
  return `
## What the arguments hold

Besides what an argument is, its text is searched, decoded where it is encoded. Each member has \`count\`, \`types\`
and \`at\` (JSON Pointers), never a value, and is empty where nothing was found. Findings that rest on one sign
alone (\`hint\`) do not count here; [screens](policies.md#screens) may ask for them.

| attribute | category | |
|---|---|---|
${rows.join('\n')}
`
}

function section({ kind, member, about, flags }: Kind): string {
  const rows = Object.entries(flags).map(
    ([flag, meaning]) => `| \`${flag}\` | ${HARMLESS[kind].has(flag) ? 'yes' : ''} | ${meaning} |`,
  )
  return `
## ${kind}: \`context.facts.${member}\`

${about}

| flag | passes guards | |
|---|---|---|
${rows.join('\n')}
`
}
