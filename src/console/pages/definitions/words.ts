import type { Output } from '../../api/call.ts'
import type { Tone } from '../../design/chip.tsx'

/** A definition as its server listed it, and what became of it. */
export type Version = Output<'definitions.list'>['items'][number]
export type Diff = Output<'definitions.show'>
export type Change = Diff['changes'][number]
/** A finding, and what people made of it. */
export type Triaged = Output<'findings.list'>['items'][number]
export type Severity = Diff['risk']

export const KINDS: Readonly<Record<Version['kind'], string>> = {
  tools: 'Tool',
  prompts: 'Prompt',
  resources: 'Resource',
  resourceTemplates: 'Resource template',
  instructions: 'Instructions',
  serverInfo: 'Server info',
}

export const CAUSES: Readonly<Record<Version['cause'], string>> = {
  first: 'seen first',
  added: 'added later',
  changed: 'changed',
  returned: 'came back',
}

export const SEVERITY_TONES: Readonly<Record<Severity, Tone>> = {
  info: 'plain',
  low: 'plain',
  medium: 'wait',
  high: 'bad',
  critical: 'bad',
}

/** The worst first. */
export const SEVERITY_RANKS: Readonly<Record<Severity, number>> = {
  critical: 0,
  high: 1,
  medium: 2,
  low: 3,
  info: 4,
}

/** What waits first. */
export const STATUS_RANKS: Readonly<Record<Version['status'], number>> = {
  quarantined: 0,
  approved: 1,
  rejected: 2,
  superseded: 3,
}

/** What a status means for whoever uses the server. */
export const STATUS_MEANS: Readonly<Record<Version['status'], string>> = {
  quarantined: 'It waits: nobody sees it, and nobody can use it.',
  approved: 'It counts: clients see it, and can use it.',
  rejected: 'Somebody decided against it: nobody sees it, and nobody can use it.',
  superseded: 'Another version of it took its place.',
}

const MEANINGS: Readonly<Record<string, string>> = {
  description: 'Other words for models',
  instructions: 'Other instructions to models',
  'new-instruction': 'New orders to models',
  'new-address': 'A new address',
  'hidden-text': 'Characters that nobody sees',
  'look-alikes': 'Letters that look like others',
  'new-argument': 'A new parameter',
  'new-destination': 'A new destination',
  'removed-argument': 'A parameter is gone',
  'schema-changed': 'Accepts something else',
  'schema-widened': 'Accepts more',
  'schema-narrowed': 'Accepts less',
  'default-changed': 'Another preset value',
  'output-schema': 'Results of another form',
  'annotation-flipped': 'Claims another harm',
  annotation: 'Claims something else',
  'icon-host': 'An icon from elsewhere',
  icon: 'Another icon',
  meta: 'Other metadata',
  renamed: 'Another name',
  title: 'Another title',
  'content-type': 'Another kind of content',
  'server-name': 'Another name of the server',
  'server-version': 'Another version of the server',
  'server-info': 'The server says something else of itself',
  spelling: 'The same, written otherwise',
  'too-many': 'Too many changes to list',
  other: 'Another part of it',
}

/** What a change means; a meaning that is not known is shown in its own word. */
export function meaningOf(meaning: string): string {
  return MEANINGS[meaning] ?? meaning
}

/** The name of a definition; those that have none are the only ones of their kind. */
export function nameOf({ kind, name }: Pick<Version, 'kind' | 'name'>): string {
  return name === '' ? KINDS[kind] : name
}

/** `1 change`, `3 changes`. */
export function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`
}
