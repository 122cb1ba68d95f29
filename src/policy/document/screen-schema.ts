import { z } from 'zod'
import { ASSURANCES } from '../../kernel/access.ts'
import { CONTENT_CATEGORIES, type ContentCategory } from '../../kernel/content.ts'
import { CERTAINTIES } from '../../kernel/finding.ts'
import { SCREEN_ACTIONS } from '../../kernel/screening.ts'
import { EACH, MAX_QUORUM } from '../lift.ts'
import { EFFECTS, REQUEST_ACTIONS, TRUSTS } from '../vocabulary.ts'
import { duration, NAME, someWords, word } from './fields.ts'
import { scopeMembers } from './scope-schema.ts'

const scope = z.strictObject({
  ...scopeMembers,
  effectsOnly: z.array(z.enum(EFFECTS)).min(1).optional(),
  trust: z.array(z.enum(TRUSTS)).min(1).optional(),
  actions: z.array(z.enum(REQUEST_ACTIONS)).min(1).optional(),
})

const action = z.enum(SCREEN_ACTIONS)
const block = z.strictObject({
  action: action.describe('What happens to it.'),
  types: z
    .array(word.regex(/^[a-z0-9][a-z0-9._-]*$/, { error: 'expected a type such as `iban`' }))
    .min(1)
    .max(500)
    .optional()
    .describe('Types that it is about. Left out: all of the category.'),
  certainty: z
    .enum(CERTAINTIES)
    .prefault('likely')
    .describe('What is less sure than this does not count.'),
  alert: z.boolean().prefault(false).describe('Whether somebody is told.'),
  stop: z.boolean().prefault(false).describe("Whether the caller's grant ends at once."),
})
const entry = z.union([action, block, z.array(block).min(1).max(100)])

const ABOUT: Readonly<Record<ContentCategory, string>> = {
  secret: 'Credentials and keys.',
  personal: 'Data about people, such as an IBAN.',
  injection: 'Texts that give instructions to a model.',
  hidden: 'Characters that nobody sees.',
  canary: 'Decoys that were planted.',
  oversize: 'What is too large to be looked at.',
}
const categories = Object.fromEntries(
  CONTENT_CATEGORIES.map((category) => [category, entry.optional().describe(ABOUT[category])]),
) as Readonly<Record<ContentCategory, z.ZodOptional<typeof entry>>>

const APPROVER = /^(self|(group|user):[^\s:]\S{0,127})$/

/** What a document says of content. */
export const screen = z.strictObject({
  direction: z
    .enum(['inbound', 'outbound', 'both'])
    .prefault('both')
    .describe(
      '`inbound`: what servers send. `outbound`: arguments, and what else goes to servers.',
    ),
  mode: z
    .enum(['enforce', 'observe'])
    .prefault('enforce')
    .describe('`observe`: changes nothing, but what it says of canaries holds.'),
  for: scope.prefault({}).describe('Where it applies. Left out: everywhere.'),
  except: scope.optional().describe('Where it does not apply.'),
  replaces: z
    .array(word.regex(NAME, { error: 'expected the name of a screen' }))
    .min(1)
    .optional()
    .describe('Screens that do not hold any more.'),
  ...categories,
  approvers: someWords
    .max(64)
    .refine((names) => names.every((one) => APPROVER.test(one)), {
      error: 'expected `group:name`, `user:id` or `self`',
    })
    .refine((names) => new Set(names).size === names.length, { error: 'a name stands twice' })
    .optional()
    .describe('Who may release what is withheld.'),
  quorum: z
    .union([z.int().min(1).max(MAX_QUORUM), z.literal(EACH)])
    .optional()
    .describe('How many people must release it, or `each`.'),
  assurance: z
    .enum(ASSURANCES)
    .optional()
    .describe('The least that must be known of who releases it.'),
  maxAge: duration.optional().describe('For how long a release may be used.'),
  marking: z
    .enum(['none', 'meta', 'text'])
    .prefault('none')
    .describe('Where source and trust of results stand: in `_meta`, or around the text too.'),
})

export type WrittenScreen = z.output<typeof screen>
