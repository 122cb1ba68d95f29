import type { Severity } from '../../kernel/finding.ts'
import type { WordClass } from './classes.ts'

/** One of the words that make a cue. */
export interface Part {
  readonly any: readonly WordClass[]
  /** It must ask somebody to do what it says. */
  readonly asked?: boolean
  readonly loud?: boolean
  readonly first?: boolean
}

/**
 * Words of these parts, in any order, each another word, at most `span` words apart from first to last: a cue is an
 * act towards a model, not a word, and languages order their words differently.
 */
export interface Cue {
  readonly parts: readonly Part[]
  readonly span: number
  readonly severity: Severity
  /** `hard`: alone enough to say so. `soft`: only together with others. */
  readonly tier: 'hard' | 'soft'
  /** One sentence for whoever reads a finding. */
  readonly why: string
}

const asked = (...any: WordClass[]): Part => ({ any, asked: true })
/** Asked for at the beginning of a clause. */
const clause = (...any: WordClass[]): Part => ({ any, asked: true, first: true })
/** In capitals, among small letters. */
const loud = (...any: WordClass[]): Part => ({ any, loud: true })
const word = (...any: WordClass[]): Part => ({ any })

function cue(
  tier: Cue['tier'],
  severity: Severity,
  span: number,
  parts: readonly Part[],
  why: string,
): Cue {
  return { tier, severity, span, parts, why }
}

const DO = ['send', 'read', 'destroy', 'change', 'run', 'say', 'act', 'visit'] as const
const EFFECT = ['send', 'destroy', 'change', 'run', 'visit'] as const
const OWN = ['belongings', 'secret', 'private'] as const

/** What is said in words. The order is that of listings. */
// biome-ignore format: a table
export const WORDED = {
  override: cue('hard', 'high', 9, [word('dismiss'), word('prior'), word('orders', 'said')], 'it sets earlier instructions aside'),
  'override-yours': cue('hard', 'high', 7, [word('dismiss'), word('you'), word('orders', 'guard')], "it sets the reader's instructions aside"),
  'override-asked': cue('soft', 'high', 6, [asked('dismiss'), word('orders', 'prior', 'guard')], 'it asks to ignore instructions or what came before'),
  'new-orders': cue('soft', 'high', 3, [word('new'), word('orders')], 'it announces new instructions'),
  'new-task': cue('soft', 'medium', 2, [word('new'), word('task')], 'it announces a new task'),
  'new-orders-yours': cue('hard', 'high', 7, [word('new', 'now'), word('orders', 'task'), word('request', 'you'), word('urgent', 'must', 'request', 'instead')], 'it gives the reader a new task'),
  'loud-orders': cue('hard', 'high', 3, [loud('new', 'urgent', 'orders'), loud('orders', 'task', 'mode', 'system')], 'it announces orders in capitals'),
  'your-orders': cue('soft', 'medium', 3, [word('you'), word('orders')], "it speaks of the reader's own instructions"),
  labelled: cue('soft', 'medium', 1, [word('label'), clause(...DO)], 'it labels an order as one'),
  noted: cue('soft', 'low', 1, [word('note'), clause(...DO)], 'it calls an order important'),
  persona: cue('soft', 'high', 8, [word('pretend'), word('model', 'mode', 'guard', 'you')], 'it gives the reader another identity'),
  mode: cue('soft', 'high', 5, [word('mode'), word('change', 'done', 'now', 'you', 'act', 'model', 'pretend')], 'it switches a mode without limits on'),
  'guard-off': cue('soft', 'high', 6, [word('not', 'dismiss'), word('guard'), word('you', 'answer', 'say')], 'it wants limits or refusals switched off'),
  'prompt-leak': cue('hard', 'high', 6, [asked('reveal', 'send'), word('you', 'prior', 'system'), word('orders')], "it asks for the reader's own instructions"),
  conceal: cue('hard', 'high', 6, [word('nobody'), word('user')], 'it wants something kept from the user'),
  'conceal-act': cue('soft', 'medium', 10, [word('hide'), asked(...DO)], 'it wants something done secretly'),
  unasked: cue('soft', 'medium', 12, [word('nobody', 'unasked'), asked(...DO)], 'it wants something done or left unsaid without asking'),
  address: cue('soft', 'medium', 8, [word('model'), asked(...DO)], 'it asks an assistant or agent to act'),
  'address-must': cue('soft', 'medium', 6, [word('model'), word('must', 'request')], 'it tells an assistant or agent what it must do'),
  'address-you': cue('soft', 'medium', 6, [word('you'), word('model')], 'it addresses its reader as a model'),
  prerequisite: cue('soft', 'medium', 9, [word('before'), word('task', 'answer', 'orders', 'tool'), word(...DO)], 'it makes something a condition of the work'),
  'send-secret': cue('hard', 'high', 10, [asked('send', 'reveal'), word('secret')], 'it asks to give secrets away'),
  'send-own': cue('soft', 'medium', 10, [asked('send'), word('belongings', 'private')], "it asks to send the user's data"),
  'read-own': cue('soft', 'medium', 8, [asked('read'), word(...OWN)], "it asks to read the user's data"),
  'read-then-send': cue('soft', 'high', 16, [word('read'), asked('send'), word(...OWN)], 'it asks to read data and to send it'),
  'destroy-own': cue('soft', 'high', 8, [asked('destroy'), word('belongings', 'private', 'secret')], "it asks to delete the user's data"),
  'change-own': cue('soft', 'medium', 8, [asked('change'), word('belongings', 'secret', 'authority')], 'it asks for a change of data or rights'),
  'use-tool': cue('soft', 'medium', 8, [asked('run'), word('tool')], 'it asks for the call of a tool'),
  'you-use-tool': cue('soft', 'medium', 8, [word('must', 'request'), word('run'), word('tool')], 'it tells the reader to call a tool'),
  'tell-user': cue('soft', 'medium', 6, [asked('say'), word('user')], 'it says what to tell the user'),
  'in-answer': cue('soft', 'medium', 8, [asked('say', 'act'), word('answer'), word('you', 'prior', 'before', 'only')], 'it dictates what the answer holds'),
  'only-say': cue('soft', 'medium', 5, [asked('say'), word('only')], 'it dictates the answer'),
  told: cue('soft', 'medium', 7, [word('request'), word(...DO, 'dismiss')], 'it tells the reader what to do'),
  'told-new': cue('soft', 'medium', 8, [word('request'), word('task', 'orders', 'instead')], 'it gives the reader a task'),
  'done-next': cue('soft', 'medium', 14, [word('done'), word('task', 'orders', 'answer'), word('now', 'new', 'request', 'lead')], 'it declares the task finished and goes on with another'),
  'system-says': cue('soft', 'high', 6, [word('system', 'authority'), word('orders', 'urgent', 'mode', 'request')], 'it speaks with the authority of the system or an administrator'),
  'urgent-ask': cue('soft', 'low', 7, [word('urgent'), asked(...EFFECT, 'say')], 'it presses for an act'),
  'please-act': cue('soft', 'low', 3, [word('please'), asked(...DO)], 'it asks for an act'),
  'instead-do': cue('soft', 'medium', 16, [word('instead'), asked(...DO)], 'it asks to do something else instead'),
  'when-handled': cue('soft', 'medium', 9, [word('if', 'before'), word('handle'), word('here', 'model', 'user', 'you', 'tomodel')], 'it waits for being read or summarised'),
  'note-to-model': cue('soft', 'high', 2, [word('label', 'note', 'orders', 'said', 'letter'), word('tomodel')], 'it is a note to an assistant or agent'),
  'if-model': cue('soft', 'high', 6, [word('if'), word('pretend'), word('model')], 'it speaks to its reader in case that it is a model'),
  'keep-from': cue('soft', 'medium', 7, [word('hide', 'nobody'), word('user', 'here', 'answer', 'you')], 'it wants something left out or kept secret'),
  'in-memory': cue('soft', 'medium', 6, [word('memory'), word('you', 'user', 'orders', 'label', 'private')], 'it wants to be remembered for later'),
  outranks: cue('soft', 'high', 8, [word('outrank'), word('orders', 'user', 'here', 'system', 'you', 'model')], 'it claims to come before other instructions'),
  'answer-only': cue('soft', 'medium', 3, [word('say', 'answer'), word('only')], 'it wants nothing else to be answered'),
  'exact-answer': cue('soft', 'high', 10, [asked('say', 'act'), word('answer'), word('only')], 'it dictates word for word what the answer holds'),
  'over-and-over': cue('soft', 'medium', 8, [asked('say', 'reveal'), word('times')], 'it wants something said over and over'),
  'instead-of-task': cue('soft', 'medium', 4, [word('instead'), word('answer', 'task', 'handle')], 'it wants something else than the task'),
  'told-secret': cue('soft', 'high', 9, [word('request'), word('send', 'reveal', 'read'), word('secret', 'private')], 'it tells the reader to handle secrets'),
  'user-wants': cue('soft', 'medium', 6, [word('user', 'authority'), word('request'), word('you')], "it tells the reader what somebody wants of it"),
  'my-own': cue('soft', 'low', 8, [asked(...EFFECT), word('me')], "it asks for an act on the writer's own things"),
} as const satisfies Record<string, Cue>

/** What is said in markup. */
// biome-ignore format: a table
export const MARKED = {
  template: cue('hard', 'critical', 0, [], "it holds control tokens of a model's chat template"),
  'role-tag': cue('soft', 'high', 0, [], 'it marks a part of itself as of another origin'),
  'role-label': cue('soft', 'high', 0, [], 'it writes turns of a conversation'),
  'role-json': cue('soft', 'medium', 0, [], 'it writes turns of a conversation as data'),
  'tool-markup': cue('soft', 'high', 0, [], 'it writes a tool call as a model would'),
  boundary: cue('soft', 'medium', 0, [], 'it says that the data around it ends or begins'),
  'data-link': cue('hard', 'high', 0, [], 'a link or image has a place for data to carry out'),
  'active-html': cue('soft', 'high', 0, [], 'it holds HTML that runs a script'),
  'unseen-html': cue('soft', 'medium', 0, [], 'it holds HTML that nobody sees'),
  comment: cue('soft', 'info', 0, [], 'it holds a comment that nobody sees'),
} as const satisfies Record<string, Cue>

export type CueName = keyof typeof WORDED | keyof typeof MARKED

/** What a cue is. */
export function cueOf(name: CueName): Cue {
  return name in WORDED ? WORDED[name as keyof typeof WORDED] : MARKED[name as keyof typeof MARKED]
}
