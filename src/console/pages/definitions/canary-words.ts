import type { Output } from '../../api/call.ts'

export type Canary = Output<'canaries.list'>['items'][number]
export type Sighting = Output<'canaries.sightings'>['items'][number]

export const CANARY_KINDS: Readonly<Record<Canary['kind'], string>> = {
  'aws-key': 'AWS key pair',
  'github-token': 'GitHub token',
  'api-key': 'API key',
  password: 'Password',
  url: 'Address of a page',
  email: 'E-mail address',
  record: 'Record of a customer',
}

const PARTS: Readonly<Record<string, string>> = {
  arguments: 'the arguments of a call',
  result: 'a result',
  question: 'a question of a server',
  answer: 'the answer to a question',
  notification: 'a notification',
  error: 'an error',
  egress: 'a connection to elsewhere',
  log: 'a log',
}

/** In what a decoy turned up. */
export function sightedIn(part: string): string {
  return PARTS[part] ?? part
}
