import type { ArgumentRole, Likeness, Origin } from './flow.ts'

/** What an origin means, as the end of “The value …”. */
export const ORIGIN_MEANINGS: Readonly<Record<Origin, string>> = {
  subject: 'was in nothing that was read: the caller brought it along',
  trusted: 'comes from a trusted source, or a person vouched for it',
  listed: 'is an entry of a list, a field of its own: no free text names it',
  members: 'is named in free text that people of the organisation write',
  untrusted: 'is named in free text that anybody may have written',
}

/** An origin in a word or two. */
export const ORIGIN_WORDS: Readonly<Record<Origin, string>> = {
  subject: 'brought along',
  trusted: 'trusted',
  listed: 'from a list',
  members: 'members’ text',
  untrusted: 'untrusted text',
}

/** What an argument decides. */
export const ROLE_MEANINGS: Readonly<Record<ArgumentRole, string>> = {
  destination: 'where it goes',
  selector: 'which thing is meant',
  content: 'what is written or sent',
  credential: 'what opens an account',
  proof: 'a one-time code',
  command: 'what is run',
  setting: 'how it is done',
}

/** How a value was recognised in what was read. */
export const LIKENESS_MEANINGS: Readonly<Record<Likeness, string>> = {
  same: 'as it is',
  decoded: 'in another writing',
  joined: 'put together from pieces',
  passage: 'with words around it',
  forgotten: 'no longer known: what was read is not all kept',
}
