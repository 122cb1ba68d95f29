import type { Certainty, Severity } from '../../kernel/finding.ts'

/** What a rule is, for people, documents and SARIF. */
export interface Rule {
  readonly id: string
  readonly title: string
  readonly severity: Severity
  /** How sure it is by itself; a finding may be surer. */
  readonly certainty: Certainty
  readonly control: string
  /** One public sentence: why this is a finding. */
  readonly why: string
  /** What to do about it. */
  readonly help: string
}

const ASK = 'Ask the publisher what it is for; approve only what you understand.'
const REFUSE = 'Do not approve this definition; report it to the publisher.'

/** `[id, title, severity, certainty, control, why, help]`. */
const TABLE = [
  // What nobody sees.
  ['hidden/payload', 'Hidden text', 'critical', 'proved', 'F2', 'characters that draw nothing carry a text that only the model reads', REFUSE],
  ['hidden/characters', 'Hidden characters', 'high', 'likely', 'F2', 'characters that draw nothing, or turn text round, stand where no script needs them', REFUSE],
  ['hidden/odd-characters', 'Odd characters', 'low', 'hint', 'F2', 'characters that draw nothing stand here; some editors leave them behind', ASK],
  ['hidden/escape-sequence', 'Terminal escape sequence', 'high', 'proved', 'F2', 'an escape sequence changes what a terminal shows of this text', REFUSE],
  ['hidden/look-alike', 'Look-alike letters', 'high', 'likely', 'F2', 'a word mixes alphabets, so that it reads as another word', REFUSE],
  ['hidden/markup', 'Text hidden by markup', 'high', 'likely', 'F2', 'markup hides instructions from people that the model still reads', REFUSE],
  ['hidden/encoded-instruction', 'Encoded instruction', 'high', 'likely', 'F2', 'an encoded passage decodes to an instruction or a command', REFUSE],
  // Who is spoken to, and what is asked.
  ['prompt/concealment', 'Concealment from the user', 'high', 'likely', 'F2', 'the model is told to keep something from its user', REFUSE],
  ['prompt/withholding', 'Tells the model what not to say', 'medium', 'hint', 'F2', 'the model is told what not to tell its user', ASK],
  ['prompt/override', 'Overrides instructions', 'high', 'likely', 'F2', 'the model is told to drop the rules or instructions that it has', REFUSE],
  ['prompt/role', 'Fake role or system text', 'high', 'likely', 'F2', 'the text poses as a system, developer or assistant message', REFUSE],
  ['prompt/emphasis', 'Shouted instruction', 'low', 'hint', 'F2', 'a marked passage demands obedience of the model', ASK],
  ['prompt/signals', 'Injection signals', 'high', 'likely', 'F2', 'the text has the signs of an injected instruction', REFUSE],
  ['prompt/weak-signals', 'Weak injection signals', 'low', 'hint', 'F2', 'the text has some signs of an injected instruction', ASK],
  ['prompt/model-directed', 'Instruction to the model', 'medium', 'hint', 'F2', 'the text gives the model orders that are not about using this item', ASK],
  ['prompt/order-only', 'Nothing but an order', 'high', 'likely', 'F2', 'the description does not say what the item does, and shouts an order at the model', REFUSE],
  ['prompt/obey-content', 'Obeys what it reads', 'high', 'likely', 'F2', 'the model is told to follow instructions found in content', REFUSE],
  // Data.
  ['data/sensitive-source', 'Reads sensitive files', 'high', 'likely', 'F2', 'the model is told to read keys, credentials or private records', REFUSE],
  ['data/exfiltration', 'Sends data away', 'high', 'likely', 'F2', 'the text asks for private data to be sent or copied to somebody else', REFUSE],
  ['data/sink-parameter', 'Parameter that takes private data', 'high', 'likely', 'F2', 'a parameter asks for what the tool does not need: the conversation, the prompt, or secrets', REFUSE],
  ['data/out-of-scope-parameter', 'Parameter out of scope', 'medium', 'hint', 'F2', 'a parameter asks about the model or its context, which the tool does not need', ASK],
  ['data/secret', 'Secret in a definition', 'high', 'likely', 'F2', 'a credential stands in the definition, where every client and model reads it', 'Revoke the credential; have the publisher remove it.'],
  ['data/address', 'Suspicious address', 'medium', 'likely', 'F2', 'the text names a raw address, a tunnel or a drop site', ASK],
  ['data/placeholder', 'Address with a place for data', 'high', 'likely', 'F2', 'an image or link has a place for private data in its address', REFUSE],
  // Other tools.
  ['steering/other-tool', 'Steers other tools', 'high', 'likely', 'C3', 'the text changes what other tools do or return', REFUSE],
  ['steering/foreign-tool', 'Names a tool of another server', 'medium', 'hint', 'C3', 'the text speaks of a tool that another server has', ASK],
  ['steering/precedence', 'Claims precedence', 'low', 'hint', 'C3', 'the tool asks to be called before or instead of others', ASK],
  ['steering/self-praise', 'Manipulates the choice of tools', 'high', 'likely', 'C3', 'the tool says that it is the best one or must always be chosen, which says nothing of what it does', REFUSE],
  ['steering/preference', 'Praises itself', 'medium', 'hint', 'C3', 'the tool asks to be preferred by praise and not by what it does', ASK],
  ['shadowing/impersonation', 'Impersonates another tool', 'high', 'likely', 'C3', 'name and description are nearly those of a tool of another server', 'Find out which one is meant; approve one of them.'],
  ['shadowing/look-alike-name', 'Looks like another tool', 'medium', 'likely', 'C3', 'the name looks like that of another tool', ASK],
  // What it is for.
  ['purpose/malicious', 'Malicious purpose', 'high', 'likely', 'F2', 'the item says itself that it attacks, spies or destroys', REFUSE],
  ['purpose/switch', 'Changes after approval', 'high', 'likely', 'F2', 'the text says that it will do something else once it is approved', REFUSE],
  ['purpose/command', 'Command in a definition', 'high', 'likely', 'F2', 'the text contains a command that runs code from elsewhere or destroys data', REFUSE],
  // Form.
  ['form/overlong', 'Overlong text', 'low', 'proved', 'F2', 'the text is so long that people do not read it and models drown in it', ASK],
  ['form/too-much', 'Too large to analyse', 'high', 'proved', 'F2', 'the definition is larger or deeper than any honest one, and was not read to its end', REFUSE],
  ['form/contradiction', 'Annotations contradict', 'low', 'hint', 'F2', 'the item calls itself read-only, and its name says otherwise', ASK],
  ['model/poisoned', 'Reads like a poisoned definition', 'high', 'likely', 'F2', 'several weak signs together: a trained model reads this as poisoned', ASK],
  ['flow/collision', 'Same name on several servers', 'low', 'proved', 'C3', 'several servers have a tool of this name', 'Prefix the names, or expose one of them.'],
  ['flow/destructive', 'Content of strangers beside destructive tools', 'medium', 'likely', 'C3', 'content of strangers and tools that destroy or run code meet in one session', 'Have a person confirm destructive calls.'],
  ['flow/toxic', 'Toxic combination', 'high', 'likely', 'C3', 'private data, content of strangers and a way out meet in one session', 'Split the servers over sessions, or confirm sends.'],
] as const satisfies readonly (readonly [string, string, Severity, Certainty, string, string, string])[] // biome-ignore format: a table

export type RuleId = (typeof TABLE)[number][0]

/** Every rule of the analysis of definitions. */
export const RULES: readonly Rule[] = TABLE.map(
  ([id, title, severity, certainty, control, why, help]) => ({
    id: `definition/${id}`,
    title,
    severity,
    certainty,
    control,
    why,
    help,
  }),
)

const BY_ID = new Map(TABLE.map(([id], index) => [id, RULES[index]]))

/** The rule of an id. */
export function ruleOf(id: RuleId): Rule {
  const rule = BY_ID.get(id)
  if (rule === undefined) throw new TypeError(`there is no rule \`${id}\``)
  return rule
}
