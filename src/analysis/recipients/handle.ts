import { readDomain } from './deliver.ts'
import type { ListedRecipient } from './listed.ts'

/** `#channel`, `@user`, `<@U012ABC>`, `<#C012ABC|general>`, and bare ids of chats, which hold a digit. */
const HANDLE =
  /^(?:[#@][\p{L}\p{N}_.-]{1,80}|<[@#!][\p{L}\p{N}_.^|-]{1,120}>|(?=[A-Z]{0,20}\d)[BCDGSTUW][A-Z0-9]{5,20})$/u
/** `@user@host`, as in the fediverse. */
const REMOTE = /^@([\p{L}\p{N}_.-]{1,64})@([\p{L}\p{N}.-]{1,253})$/u

/** The user or channel of a chat; undefined for anything else. */
export function readHandle(text: string): ListedRecipient | undefined {
  if (HANDLE.test(text)) return { address: text, domain: '', flags: ['handle'] }
  const [, user = '', host = ''] = REMOTE.exec(text) ?? []
  const reading = host === '' ? undefined : readDomain(host)
  if (reading === undefined || reading.others.length > 0) return undefined
  return {
    address: `${user}@${reading.domain}`,
    domain: reading.domain,
    flags: ['handle', ...reading.flags],
  }
}
